import { useSuspenseQuery } from "@tanstack/react-query";
import type { User } from "../api";
import { queries, queryClient } from "./queries";

/** The person at the keyboard; only below the authenticated route, which loads the session first. */
export function useUser(): User {
  return useSuspenseQuery(queries.session()).data.user;
}

export function isLoggedIn(): boolean {
  return queryClient.getQueryData(queries.session().queryKey) !== undefined;
}
