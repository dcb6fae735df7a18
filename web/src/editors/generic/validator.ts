import { Validator } from "@cfworker/json-schema";
import type { RJSFSchema, ValidatorType } from "@rjsf/utils";

/**
 * Tells the form which choice of a union an answer is.
 *
 * The page's content policy forbids `eval`, which the usual validator compiles its schemas with; this one interprets
 * them. The answer itself is judged by the server.
 */
export const validator: ValidatorType = {
  isValid(schema: RJSFSchema, formData: unknown, rootSchema: RJSFSchema): boolean {
    if (formData === undefined) return false;
    const whole = { ...schema, $defs: rootSchema.$defs };
    try {
      return new Validator(whole as ConstructorParameters<typeof Validator>[0], "2020-12").validate(formData).valid;
    } catch (error) {
      // A pattern of another dialect than JavaScript's: the server decides.
      if (error instanceof SyntaxError) return true;
      throw error;
    }
  },
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  rawValidation: () => ({ errors: [] }),
};
