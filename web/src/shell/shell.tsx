import { AppShell, Burger, Group, NavLink, ScrollArea, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Suspense, useEffect, useRef } from 'react'
import { NavLink as RouterLink, useLocation } from 'react-router'
import { useLiveUpdates } from '../api/live.ts'
import { Loading } from '../parts/loading.tsx'
import { AccountMenu } from './account-menu.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { LiveBadge } from './live-badge.tsx'
import { elsewhere, isAt, navigation, placeAt } from './navigation.ts'
import { useShortcuts } from './shortcuts.ts'
import icon from './skein.svg'
import { Trail } from './trail.tsx'
import { Views } from './views.tsx'
import type { Who } from './who.ts'

export function Shell({ session }: { session: Who }) {
  const [opened, { toggle, close }] = useDisclosure()
  const liveness = useLiveUpdates()
  useShortcuts()
  const { pathname } = useLocation()
  const main = useRef<HTMLElement>(null)
  useEffect(() => {
    close()
    window.scrollTo(0, 0)
    document.title = `${titleOf(pathname)} · Skein`
  }, [pathname, close])

  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 276, breakpoint: 'md', collapsed: { mobile: !opened } }}>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="md" size="sm" aria-label="Navigation" />
            <img src={icon} alt="" width={28} height={28} />
            <Title order={2} size="h4">
              Skein
            </Title>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <LiveBadge liveness={liveness} />
            <AccountMenu session={session} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Views">
        <AppShell.Section grow component={ScrollArea} type="hover" scrollbarSize={8}>
          {navigation.map(({ title, under, places }) => (
            <section key={title} aria-label={title}>
              <Text size="xs" c="dimmed" fw={600} px="sm" pt="md" pb={4}>
                {under === 'Develop' ? `${under} › ${title}` : title}
              </Text>
              {places.map(({ label, path, icon: Icon }) => (
                <NavLink
                  key={path}
                  component={RouterLink}
                  to={path}
                  end={path === '/'}
                  label={label}
                  leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
                  active={isAt(pathname, path)}
                  variant="light"
                  py={6}
                />
              ))}
            </section>
          ))}
          <NavLink
            href="/console/errors"
            py={6}
            label={elsewhere.errors.label}
            leftSection={<elsewhere.errors.icon size={18} stroke={1.6} aria-hidden />}
          />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1}>
        <Trail pathname={pathname} />
        <ErrorBoundary key={pathname}>
          <Suspense fallback={<Loading />}>
            <Views />
          </Suspense>
        </ErrorBoundary>
      </AppShell.Main>
    </AppShell>
  )
}

function titleOf(pathname: string): string {
  return placeAt(pathname)?.place.label ?? 'Console'
}
