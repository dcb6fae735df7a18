import { addMessages } from "../kit/i18n";
import messages from "./messages.en.json";

// Apart from the app's own texts: the first page that opens brings these, and the work screen never does.
addMessages(messages);
