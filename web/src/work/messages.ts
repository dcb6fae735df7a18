import { addMessages } from "../kit/i18n";
import messages from "./messages.en.json";

// Texts of the screens that show tasks: the first page needs none of them.
addMessages(messages);
