import type { WireGeometry } from "../../kit/canvas2d/annotation";
import type { AttributeDefinitions, AttributeValue } from "../../kit/labels/attributes";
import type { LabelOption } from "../../kit/labels/labels";

export const GEOMETRIES = ["box", "polygon", "line", "point", "ellipse", "cuboid"] as const;
export type GeometryName = (typeof GEOMETRIES)[number];

/** Options of one geometry in `params.geometries`; numbers may come as strings from old clients. */
export interface GeometryOptions {
  objects_to_annotate?: readonly LabelOption[];
  min_width?: number | string;
  min_height?: number | string;
  can_rotate?: boolean;
  integer_pixels?: boolean;
}

/**
 * One annotation as on the wire (Scale's documentation of imageannotation), kept whole: fields this editor does not
 * know survive. A turned box has its four turned corners in `vertices` besides the unturned rectangle.
 */
export interface Annotation extends WireGeometry {
  uuid: string;
  type: GeometryName;
  label: string;
  attributes?: Record<string, AttributeValue>;
  [key: string]: unknown;
}

export interface ImageResponse {
  annotations: Annotation[];
  global_attributes: Record<string, AttributeValue>;
  links: unknown[];
  [key: string]: unknown;
}

/** The parameters of imageannotation this editor uses. */
export interface ImageParams {
  attachment: string;
  instruction?: string;
  geometries: Partial<Record<GeometryName, GeometryOptions>>;
  annotation_attributes?: AttributeDefinitions;
  padding?: number;
  paddingX?: number;
  paddingY?: number;
  hypothesis?: Partial<ImageResponse> | null;
  base_annotations?: Partial<ImageResponse> | null;
  can_add_base_annotations?: boolean;
  can_edit_base_annotations?: boolean;
  can_edit_base_annotation_labels?: boolean;
  can_delete_base_annotations?: boolean;
  layers?: unknown;
}

/** Ids of shapes and rows that show an earlier answer begin so; the canvas does not select them. */
export const BEFORE = "before:";

export interface ImageDoc {
  /** Annotations by id; the id is the uuid unless the response had it twice. */
  objects: Record<string, Annotation>;
  /** Ids in drawing order, later ones on top; also the order on the wire. */
  order: string[];
  globals: Record<string, AttributeValue>;
  links: unknown[];
  /** Other keys of the response, handed back untouched. */
  extra: Record<string, unknown>;
}
