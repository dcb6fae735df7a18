import {
  ActionIcon,
  AppShell,
  Burger,
  Button,
  Group,
  Kbd,
  NavLink,
  Text,
  Tooltip,
} from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { useStore } from "zustand";
import { t } from "../kit/i18n";
import { UnsentBadge } from "../work/UnsentBadge";
import { ColorSchemeToggle } from "./ColorSchemeToggle";
import { connection } from "./connection";
import { IconKeys, IconLogOut, IconSearch } from "./icons";
import { logOut } from "./logOut";
import { NAV_ITEMS } from "./navigation";
import { overlays } from "./overlays";
import { queries } from "./queries";
import { mayOpen } from "./permissions";
import { useUser } from "./session";

/** The frame around every page but log-in and the work screen. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const area = NAV_ITEMS.find(({ to }) => path.startsWith(to))?.area;
  const title = area ? t(`app.nav.${area}`) : path.startsWith("/account") ? t("app.account") : null;
  useDocumentTitle(title ? `${title} · Labelwright` : "Labelwright");
  useEffect(() => {
    close();
    // The new page is read out from its beginning; what is typed next belongs to it.
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [path, close]);
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding="lg"
      transitionDuration={0}
    >
      <AppShell.Header bg="var(--lw-panel)">
        <a className="skip-link" href="#main">
          {t("app.skipToContent")}
        </a>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t("app.nav.menu")}
            />
            <Link to="/" className="tape">
              Labelwright
            </Link>
          </Group>
          <HeaderTools />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar bg="var(--lw-panel)" p="xs" aria-label={t("app.nav.label")}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <NewBuildNotice />
        <div className="page">
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

function HeaderTools() {
  return (
    <Group gap="xs" wrap="nowrap">
      <UnsentBadge />
      <Button
        variant="default"
        size="xs"
        leftSection={<IconSearch size={14} />}
        rightSection={<Kbd size="xs">Ctrl K</Kbd>}
        onClick={() => overlays.setState({ palette: true })}
        visibleFrom="sm"
      >
        {t("app.palette.open")}
      </Button>
      <Tooltip label={`${t("app.keys.title")} (?)`}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="md"
          aria-label={t("app.keys.title")}
          onClick={() => overlays.setState({ cheatSheet: true })}
        >
          <IconKeys />
        </ActionIcon>
      </Tooltip>
      <ColorSchemeToggle />
    </Group>
  );
}

function Navigation() {
  const user = useUser();
  return (
    <>
      <AppShell.Section grow>
        {NAV_ITEMS.filter(({ area }) => mayOpen(user.role, area)).map(({ area, to, icon: Icon }) => (
          <NavLink
            key={area}
            renderRoot={(props) => <Link to={to} activeProps={{ "data-active": true }} {...props} />}
            label={t(`app.nav.${area}`)}
            leftSection={<Icon />}
            rightSection={area === "callbacks" ? <DeadBadge /> : undefined}
            style={{ borderRadius: 4 }}
          />
        ))}
      </AppShell.Section>
      <AppShell.Section>
        <Group justify="space-between" wrap="nowrap" gap="xs" px={4}>
          <Link to="/account" className="account">
            <Text size="sm" fw={600} truncate>
              {user.name}
            </Text>
            <Text size="xs" c="dimmed" truncate title={user.email}>
              {t(`app.role.${user.role}`)}
            </Text>
            <span className="sr-only">{t("app.account")}</span>
          </Link>
          <Tooltip label={t("app.logOut")}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="md"
              aria-label={t("app.logOut")}
              onClick={() => void logOut()}
            >
              <IconLogOut />
            </ActionIcon>
          </Tooltip>
        </Group>
      </AppShell.Section>
    </>
  );
}

/** Says that some callbacks never reached their customer. */
function DeadBadge() {
  const dead = useQuery(queries.anyDead()).data ?? false;
  if (!dead) return null;
  return (
    <span className="attention" role="img" aria-label={t("app.nav.dead")} title={t("app.nav.dead")} data-testid="dead-badge" />
  );
}

/** Offers a reload when the server was upgraded; the work screen has its own moment for it. */
function NewBuildNotice() {
  const newBuild = useStore(connection, (state) => state.newBuild);
  if (newBuild === null) return null;
  return (
    <Group className="notice" justify="space-between" mb="md" role="status">
      <Text size="sm">{t("app.newBuild.text", { build: newBuild })}</Text>
      <Button size="xs" onClick={() => window.location.reload()}>
        {t("app.newBuild.reload")}
      </Button>
    </Group>
  );
}
