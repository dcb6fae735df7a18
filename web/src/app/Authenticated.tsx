import { Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { outbox } from "../work/runtime";
import { AppOverlays } from "./Overlays";
import { useUser } from "./session";

/** Around every page of somebody who is logged in: the outbox runs and the overlays are at hand. */
export function Authenticated() {
  const { id } = useUser();
  useEffect(() => {
    void outbox.start(id);
  }, [id]);
  return (
    <>
      <Outlet />
      <AppOverlays />
    </>
  );
}
