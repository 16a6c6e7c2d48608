import { BlockList, isIP } from 'node:net'

/**
 * Networks that only machines at hand can reach, and those that no machine has. IPv4 addresses written as IPv6 count as
 * what they are; addresses that a gateway would turn into IPv4 ones are refused whole.
 */
const privateNetworks = blockListOf(
  [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 3],
  ],
  [
    ['::', 96],
    ['::ffff:0:0:0', 96],
    ['64:ff9b::', 96],
    ['64:ff9b:1::', 48],
    // Of what is assigned, only 2000::/3 is reachable from everywhere; it has its own exceptions.
    ['100::', 8],
    ['200::', 7],
    ['400::', 6],
    ['800::', 5],
    ['1000::', 4],
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['3fff::', 20],
    ['4000::', 2],
    ['8000::', 1],
  ],
)

/** Where clouds tell a machine its own credentials: AWS, Google, Azure, Oracle, Alibaba, Tencent and those that copy them. */
const metadataNetworks = blockListOf(
  [
    ['100.100.100.200', 32],
    ['168.63.129.16', 32],
    ['169.254.0.23', 32],
    ['169.254.169.0', 24],
    ['169.254.170.0', 24],
    ['192.0.0.192', 32],
  ],
  [
    ['fd00:ec2::', 32],
    ['fd20:ce::', 32],
  ],
)

const metadataNames = [
  'instance-data',
  'instance-data.ec2.internal',
  'metadata',
  'metadata.azure.internal',
  'metadata.goog',
  'metadata.google.internal',
  'metadata.tencentyun.com',
]

/**
 * Whether a URL's host is one that callers from outside must not make this server talk to, as far as the name itself
 * tells: a literal address, or a name of this machine.
 */
export function isPrivateHost(hostname: string): boolean {
  const name = plainName(hostname)
  if (isIP(name) !== 0) return isPrivateAddress(name)
  return name === 'localhost' || name.endsWith('.localhost') || metadataNames.includes(name)
}

/** Whether an address is of a network that is not the public internet. Text that is no address counts as private. */
export function isPrivateAddress(address: string): boolean {
  return isMetadataAddress(address) || isOf(privateNetworks, address)
}

/** Whether a host, by its name or literal address, is a cloud's metadata service: refused also where private hosts are allowed. */
export function isMetadataHost(hostname: string): boolean {
  const name = plainName(hostname)
  return isIP(name) === 0 ? metadataNames.includes(name) : isMetadataAddress(name)
}

function isMetadataAddress(address: string): boolean {
  return isOf(metadataNetworks, address)
}

function isOf(networks: BlockList, address: string): boolean {
  const [withoutZone = ''] = address.split('%')
  const family = isIP(withoutZone)
  return family === 0 || networks.check(withoutZone, family === 6 ? 'ipv6' : 'ipv4')
}

function plainName(hostname: string): string {
  return hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase()
}

function blockListOf(ipv4: [string, number][], ipv6: [string, number][]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ipv4) list.addSubnet(network, prefix, 'ipv4')
  for (const [network, prefix] of ipv6) list.addSubnet(network, prefix, 'ipv6')
  return list
}
