import { createRoot } from "react-dom/client";
import "./app/mantine.css";
import "./app/app.css";
import { App } from "./app/App";
import { watchConnection } from "./app/connection";
import messages from "./app/messages.en.json";
import { isLoggedIn } from "./app/session";
import { addMessages } from "./kit/i18n";
import { watchNetwork } from "./work/runtime";

addMessages(messages);
watchConnection(isLoggedIn);
watchNetwork();
createRoot(document.getElementById("root") as HTMLElement).render(<App />);
