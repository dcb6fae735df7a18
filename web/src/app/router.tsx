import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  parseSearchWith,
  redirect,
  stringifySearchWith,
} from "@tanstack/react-router";
import { ApiError, type Session, type Stage } from "../api";
import { Authenticated } from "./Authenticated";
import { ErrorPage, NotFoundPage, PendingPage } from "./ErrorPage";
import {
  parseCallbackSearch,
  parseProjectSearch,
  parseTaskFilters,
  parseWorkSearch,
  safeReturnPath,
} from "./filters";
import { type Area, homeOf, mayOpen, mayWork } from "./permissions";
import { queries, queryClient } from "./queries";

interface Context {
  queryClient: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet });

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    const next = safeReturnPath(search.next);
    return next ? { next } : {};
  },
  component: lazyRouteComponent(() => import("../pages/login/LoginPage"), "LoginPage"),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invite/$token",
  component: lazyRouteComponent(() => import("../pages/invitation/InvitationPage"), "InvitationPage"),
});

const authenticated = createRoute({
  getParentRoute: () => root,
  id: "authenticated",
  beforeLoad: async ({ context, location }): Promise<{ session: Session }> => {
    try {
      return { session: await context.queryClient.ensureQueryData(queries.session()) };
    } catch (error) {
      if (!(error instanceof ApiError) || !error.unauthorized) throw error;
      const next = safeReturnPath(location.href);
      throw redirect({ to: "/login", search: next && next !== "/" ? { next } : {} });
    }
  },
  component: Authenticated,
});

const shell = createRoute({
  getParentRoute: () => authenticated,
  id: "shell",
  component: lazyRouteComponent(() => import("./Shell"), "Shell"),
});

const home = createRoute({
  getParentRoute: () => authenticated,
  path: "/",
  beforeLoad: ({ context }) => {
    throw redirect({ to: homeOf(context.session.user.role) });
  },
});

/** Refuses a page to a role; the server refuses its data as well. */
function guard(area: Area) {
  return ({ context }: { context: { session: Session } }) => {
    if (!mayOpen(context.session.user.role, area)) throw new ApiError(403, "forbidden", "");
  };
}

const queue = createRoute({
  getParentRoute: () => shell,
  path: "/queue",
  component: lazyRouteComponent(() => import("../pages/queue/QueuePage"), "QueuePage"),
});

const projects = createRoute({
  getParentRoute: () => shell,
  path: "/projects",
  beforeLoad: guard("projects"),
  component: lazyRouteComponent(() => import("../pages/projects/ProjectsPage"), "ProjectsPage"),
});

const project = createRoute({
  getParentRoute: () => shell,
  path: "/projects/$name",
  beforeLoad: guard("projects"),
  component: lazyRouteComponent(() => import("../pages/projects/ProjectPage"), "ProjectPage"),
});

const tasks = createRoute({
  getParentRoute: () => shell,
  path: "/tasks",
  beforeLoad: guard("tasks"),
  validateSearch: parseTaskFilters,
  component: lazyRouteComponent(() => import("../pages/tasks/TasksPage"), "TasksPage"),
});

const task = createRoute({
  getParentRoute: () => shell,
  path: "/tasks/$taskId",
  beforeLoad: guard("tasks"),
  component: lazyRouteComponent(() => import("../pages/tasks/TaskPage"), "TaskPage"),
});

const stuck = createRoute({
  getParentRoute: () => shell,
  path: "/stuck",
  beforeLoad: guard("tasks"),
  validateSearch: parseProjectSearch,
  component: lazyRouteComponent(() => import("../pages/stuck/StuckPage"), "StuckPage"),
});

const people = createRoute({
  getParentRoute: () => shell,
  path: "/people",
  beforeLoad: guard("people"),
  component: lazyRouteComponent(() => import("../pages/people/PeoplePage"), "PeoplePage"),
});

const deliveries = createRoute({
  getParentRoute: () => shell,
  path: "/deliveries",
  beforeLoad: guard("deliveries"),
  component: lazyRouteComponent(() => import("../pages/deliveries/DeliveriesPage"), "DeliveriesPage"),
});

const callbacks = createRoute({
  getParentRoute: () => shell,
  path: "/callbacks",
  beforeLoad: guard("callbacks"),
  validateSearch: parseCallbackSearch,
  component: lazyRouteComponent(() => import("../pages/callbacks/CallbacksPage"), "CallbacksPage"),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: "/account",
  component: lazyRouteComponent(() => import("../pages/account/AccountPage"), "AccountPage"),
});

const work = createRoute({
  getParentRoute: () => authenticated,
  path: "/work/$stage",
  params: {
    parse: ({ stage }): { stage: Stage } => ({ stage: stage === "review" ? "review" : "attempt" }),
    stringify: ({ stage }) => ({ stage }),
  },
  beforeLoad: ({ context, params }) => {
    if (!mayWork(context.session.user.role, params.stage)) throw new ApiError(403, "forbidden", "");
  },
  validateSearch: parseWorkSearch,
  component: lazyRouteComponent(() => import("../work/WorkPage"), "WorkPage"),
});

const routeTree = root.addChildren([
  login,
  invitation,
  authenticated.addChildren([
    home,
    work,
    shell.addChildren([queue, projects, project, tasks, task, stuck, people, deliveries, callbacks, account]),
  ]),
]);

export const router = createRouter({
  routeTree,
  context: { queryClient },
  basepath: new URL(document.baseURI).pathname,
  defaultPreload: "intent",
  defaultPendingComponent: PendingPage,
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
  // Names are texts: without this a project called `42` would arrive as a number.
  parseSearch: parseSearchWith((value) => value),
  stringifySearch: stringifySearchWith(String),
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
