import { createStore } from "zustand/vanilla";
import { listen } from "../api";

export interface Connection {
  /** The server's build when this page was loaded. */
  build: string | null;
  /** A newer build the server has told of since; null while this page is current. */
  newBuild: string | null;
  /** The session ended under an open page: the log-in dialog is up. */
  loggedOut: boolean;
}

/** What the answers of the API tell besides their content. */
export const connection = createStore<Connection>(() => ({ build: null, newBuild: null, loggedOut: false }));

/** Notes the build of an answer: the first one is ours, another one is news. */
export function noteBuild(state: Connection, build: string): Partial<Connection> {
  if (state.build === null) return { build };
  if (state.build === build) return state.newBuild === null ? {} : { newBuild: null };
  return state.newBuild === build ? {} : { newBuild: build };
}

/** Starts listening; 401s count only once somebody was logged in here, the log-in page handles its own. */
export function watchConnection(isLoggedIn: () => boolean): () => void {
  return listen({
    build: (build) => connection.setState((state) => noteBuild(state, build)),
    unauthorized: () => {
      if (isLoggedIn()) connection.setState({ loggedOut: true });
    },
  });
}
