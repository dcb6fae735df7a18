import { Button, Loader } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import { layerShapes } from "../canvas2d/layers";
import type { Shape } from "../canvas2d/shapes";
import { CanvasStage } from "../canvas2d/stage";
import { t } from "../i18n";
import type { ImageCache } from "../media/image";
import type { ShownState } from "../media/shown";
import { reasonOf } from "../media/unshowable";
import "./kit.css";

export interface ImageViewProps {
  url: string;
  images: ImageCache;
  /** Read-only drawings over the image, the task's `layers` param. */
  layers?: unknown;
  /** Further drawings, e.g. an answer. */
  shapes?: readonly Shape[] | undefined;
  alt: string;
  onState?: ((state: ShownState, reason?: string) => void) | undefined;
}

type State = "loading" | "ready" | "error";

const NONE: readonly Shape[] = [];

/** An image to look at: the wheel zooms at the pointer, dragging moves, a double-click fits. */
export default function ImageView({ url, images, layers, shapes = NONE, alt, onState }: ImageViewProps) {
  const container = useRef<HTMLDivElement>(null);
  const stageRef = useRef<CanvasStage | null>(null);
  const [state, setState] = useState<State>("loading");
  const [reason, setReason] = useState("");
  const [attempt, setAttempt] = useState(0);
  const drawn = useMemo(() => [...layerShapes(layers), ...shapes], [layers, shapes]);
  // The newest of each, without showing the image anew.
  const latest = useRef({ drawn, onState });
  useEffect(() => {
    latest.current = { drawn, onState };
    if (state === "ready") stageRef.current?.setShapes(drawn);
  }, [drawn, onState, state]);

  const tryAgain = (): void => {
    setState("loading");
    setAttempt((count) => count + 1);
  };

  useEffect(() => {
    const element = container.current;
    if (!element) return undefined;
    const stage = new CanvasStage(element, { paintActive: () => undefined });
    stageRef.current = stage;
    const fit = (): void => stage.view.fit();
    element.addEventListener("dblclick", fit);
    const unpin = images.pin(url);
    let gone = false;
    const show = async (): Promise<void> => {
      latest.current.onState?.("waiting");
      try {
        const { source, width, height } = await images.load(url);
        if (gone) return;
        stage.setImage(source, { width, height });
        stage.view.setContent({ x: 0, y: 0, width, height });
        stage.setShapes(latest.current.drawn);
        setState("ready");
        latest.current.onState?.("ready");
      } catch (error) {
        if (gone) return;
        console.warn("image", error);
        setState("error");
        setReason(reasonOf(error));
        latest.current.onState?.("failed", reasonOf(error));
      }
    };
    void show();
    return () => {
      gone = true;
      element.removeEventListener("dblclick", fit);
      stageRef.current = null;
      stage.destroy();
      unpin();
    };
  }, [url, images, attempt]);

  return (
    <div className="lw-image-view">
      <div ref={container} className="lw-image-view-canvas" role="img" aria-label={alt} data-status={state} />
      {state === "loading" && <Loader className="lw-image-view-message" size="sm" color="gray" />}
      {state === "error" && (
        <div className="lw-image-view-message" role="alert">
          <p>{t("kit.image.failed", { reason })}</p>
          <Button size="xs" variant="default" onClick={() => tryAgain()}>
            {t("kit.image.again")}
          </Button>
        </div>
      )}
    </div>
  );
}
