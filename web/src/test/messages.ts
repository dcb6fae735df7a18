import { addMessages } from "../kit/i18n";
import messages from "../editors/messages.en.json";

// Editors get their texts from editors/index.ts; a test of one editor imports this file instead.
addMessages(messages);
