import { Button, Loader } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { layerShapes } from "../canvas2d/layers";
import { CanvasStage } from "../canvas2d/stage";
import { t } from "../i18n";
import type { ImageCache } from "../media/image";
import "./kit.css";

export interface ImageViewProps {
  url: string;
  images: ImageCache;
  /** Read-only drawings over the image, the task's `layers` param. */
  layers?: unknown;
  alt: string;
}

type State = "loading" | "ready" | "error";

/** An image to look at: the wheel zooms at the pointer, dragging moves, a double-click fits. */
export default function ImageView({ url, images, layers, alt }: ImageViewProps) {
  const container = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<State>("loading");
  const [attempt, setAttempt] = useState(0);

  const tryAgain = (): void => {
    setState("loading");
    setAttempt((count) => count + 1);
  };

  useEffect(() => {
    const element = container.current;
    if (!element) return undefined;
    const stage = new CanvasStage(element, { paintActive: () => undefined });
    const fit = (): void => stage.view.fit();
    element.addEventListener("dblclick", fit);
    const unpin = images.pin(url);
    let gone = false;
    const show = async (): Promise<void> => {
      try {
        const { source, width, height } = await images.load(url);
        if (gone) return;
        stage.setImage(source, { width, height });
        stage.view.setContent({ x: 0, y: 0, width, height });
        stage.setShapes(layerShapes(layers));
        setState("ready");
      } catch (error) {
        if (gone) return;
        console.warn("image", error);
        setState("error");
      }
    };
    void show();
    return () => {
      gone = true;
      element.removeEventListener("dblclick", fit);
      stage.destroy();
      unpin();
    };
  }, [url, images, layers, attempt]);

  return (
    <div className="lw-image-view">
      <div ref={container} className="lw-image-view-canvas" role="img" aria-label={alt} data-status={state} />
      {state === "loading" && <Loader className="lw-image-view-message" size="sm" color="gray" />}
      {state === "error" && (
        <div className="lw-image-view-message" role="alert">
          <p>{t("kit.image.failed")}</p>
          <Button size="xs" variant="default" onClick={() => tryAgain()}>
            {t("kit.image.again")}
          </Button>
        </div>
      )}
    </div>
  );
}
