import { api } from "../api";
import type { AnswerService } from "../kit/doc/types";

/** What the server can tell about the answer of an assignment. */
export function answerService(assignmentId: string): AnswerService {
  return {
    schema: async () => (await api.answerSchema(assignmentId)).schema,
    async problems(answer) {
      const { problems } = await api.check(assignmentId, answer);
      return problems.map(({ path, message, code, severity }) => ({
        path,
        message,
        code: code ?? "invalid",
        severity: severity === "warning" ? "warning" : "error",
      }));
    },
    async askModels({ requestId, thread, turn, messages }) {
      const body = { request_id: requestId, thread, turn, messages: [...messages] };
      const { answers } = await api.askModels(assignmentId, body);
      return answers.map(({ message_id: id, source_id: source, text, error }) => ({
        id,
        source,
        text,
        error,
      }));
    },
  };
}
