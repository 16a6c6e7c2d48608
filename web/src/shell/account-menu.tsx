import { Button, Menu, Text, useMantineColorScheme } from '@mantine/core'
import { IconChevronDown, IconLogout, IconMoon, IconSun } from '@tabler/icons-react'
import { useSignOut } from '../api/session.tsx'
import type { Who } from './who.ts'

export function AccountMenu({ session }: { session: Who }) {
  const signOut = useSignOut()
  const { setColorScheme } = useMantineColorScheme()
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          c="var(--mantine-color-text)"
          rightSection={<IconChevronDown size={16} aria-hidden />}
        >
          {session.accountName || 'Account'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="xs" c="dimmed" className="wrap-anywhere">
            {session.accountSid}
          </Text>
          {session.keySid !== null && (
            <Text size="xs" c="dimmed" className="wrap-anywhere">
              by key {session.keySid}
            </Text>
          )}
        </Menu.Label>
        <Menu.Item leftSection={<IconSun size={16} aria-hidden />} onClick={() => setColorScheme('light')}>
          Light
        </Menu.Item>
        <Menu.Item leftSection={<IconMoon size={16} aria-hidden />} onClick={() => setColorScheme('dark')}>
          Dark
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
