import { addMessages } from "../kit/i18n";
import messages from "./messages.en.json";

addMessages(messages);
