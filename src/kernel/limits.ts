/** Every limit of the product in one place. Published ones keep their published value; each can be set by its own variable. */
export const defaultLimits = {
  configurations: 10,
  captureRules: 100,
  statusCallbacks: 2,
  conversationStatusCallbacks: 20,
  intelligenceConfigurations: 5,
  participants: 50,
  participantAddresses: 20,
  groupingKeys: 500,
  metadataEntries: 8,
  recipients: 49,
  memoryStores: 15,
  traitGroups: 50,
  traits: 95,
  dataMappings: 100,
  observationsPerProfile: 500,
  summariesPerProfile: 500,
  bulkProfiles: 1000,
  trafficItems: 1000,
  intelligenceConfigurationsPerAccount: 100,
  operators: 1000,
  ownedAddresses: 10_000,
  apiKeys: 100,
  carrierConnections: 100,
  classicServices: 100,
}
export type Limits = Readonly<typeof defaultLimits>
export type LimitName = keyof Limits
