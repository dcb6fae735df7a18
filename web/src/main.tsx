import { createRoot } from "react-dom/client";
import "./app/mantine.css";
import "./app/app.css";
import { configureClient } from "./api";
import { App } from "./app/App";
import { watchConnection } from "./app/connection";
import { isLoggedIn } from "./app/session";
import { watchNetwork } from "./work/runtime";

configureClient();
watchConnection(isLoggedIn);
watchNetwork();
createRoot(document.getElementById("root") as HTMLElement).render(<App />);
