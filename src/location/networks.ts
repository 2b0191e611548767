import { NETWORK_LISTS } from "./network-lists.ts";

/**
 * What a network is, as far as it matters for where its users are: people's homes (which no word in its name makes
 * anything else), companies' gateways, data centres and VPNs, what flies, sails and rolls, satellites, mobile carriers.
 */
export type NetworkKind = "eyeball" | "gateway" | "hosting" | "vessel" | "satellite" | "mobile";

/** Networks that the public lists lack, collected by hand, 2026-11. */
const OWN_NETWORKS = {
  eyeball: [
    // Content Delivery Network Ltd (an access network in Ukraine), Google Fiber, Afrihost, Fiberhost, Asianet Satellite
    13188,
    16591, 37611, 39834, 17465,
  ],
  gateway: [
    // Palo Alto Networks, Fortinet
    54538, 40934,
  ],
  hosting: [
    // Amazon, Google, Microsoft, Oracle, IBM
    8987, 7224, 36040, 19527, 8068, 8069, 3598, 6584, 12076, 792,
    // Meta, Apple, X, ByteDance, Baidu, Alibaba, Tencent, Naver, VK: whose assistants call from there
    32934,
    63293, 714, 6185, 13414, 63179, 396986, 138699, 137718, 55967, 38365, 37963, 133478, 23576,
    47764, 13238,
    // Salesforce, ServiceNow, LinkedIn, Zoom, Cisco Webex, Yahoo
    14340, 16839, 14413, 30103, 13445, 10310,
    // GitHub, Fly.io, Render, Railway
    36459, 40509, 397273, 400940,
    // Clouvider, Datacamp, Timeweb, Beget, REG.RU, Gcore, Imperva, Sucuri, Edgio
    62240, 60068, 9123, 198610, 197695, 199524, 19551, 30148, 22822,
    // Proton; Tor exits of Quintex, Emerald Onion and F3 Netze
    62371, 209103, 199218, 62744, 396507, 205100,
  ],
  vessel: [
    // Panasonic Avionics, Marlink
    64294, 5377,
  ],
  satellite: [
    // Starlink, Viasat, Hughes, OneWeb, Inmarsat, Intelsat, Skylogic
    14593, 27277, 40306, 7155, 6621, 28613, 800, 31515, 22351, 29286,
  ],
  mobile: [
    // Verizon Wireless, Bell Mobility, Radiomóvil Dipsa (Telcel)
    6167, 22394, 36522, 28403,
    // EE, Three, O2 and Vodafone in Great Britain, Free Mobile, Play, Plus, Vodafone Ukraine, lifecell
    12576,
    60339, 206067, 35228, 25135, 51207, 39603, 8374, 21497, 34058,
    // Turkcell, Vodafone Türkiye, Türk Telekom Mobil; Jio, Airtel, Vodafone Idea
    16135, 15897, 20978, 55836, 45609, 38266,
    // Telkomsel, XL, Smart, Globe, True Move, Maxis, U Mobile, Vodafone Australia
    23693, 24203, 10139, 132199, 132061, 9534, 38466, 133612,
    // MTN, Vodacom, MTN Nigeria, Airtel Nigeria, Glo, Airtel Kenya; Claro and TIM in Brazil
    16637, 29975, 29465, 36873, 37148, 36926, 22085, 26615,
  ],
} satisfies Partial<Record<NetworkKind, readonly number[]>>;

const listed = (text: string) => text.trim().split(/\s+/).map(Number);

/** The later wins. */
const KINDS: ReadonlyMap<number, NetworkKind> = new Map(
  (
    [
      ["mobile", [...listed(NETWORK_LISTS.mobile), ...OWN_NETWORKS.mobile]],
      ["satellite", OWN_NETWORKS.satellite],
      ["vessel", OWN_NETWORKS.vessel],
      ["hosting", [...listed(NETWORK_LISTS.hosting), ...OWN_NETWORKS.hosting]],
      ["hosting", [...listed(NETWORK_LISTS.cdn), ...listed(NETWORK_LISTS.vpn)]],
      ["gateway", [...listed(NETWORK_LISTS.gateway), ...OWN_NETWORKS.gateway]],
      ["eyeball", [...listed(NETWORK_LISTS.eyeball), ...OWN_NETWORKS.eyeball]],
    ] as const
  ).flatMap(([kind, networks]) => networks.map((network) => [network, kind] as const)),
);

const anyOf = (...patterns: readonly RegExp[]) =>
  new RegExp(patterns.map(({ source }) => source).join("|"), "i");

/** Names, and words in names, of networks that are not listed; the first that is found counts. */
const WORDS: readonly (readonly [NetworkKind, RegExp])[] = [
  [
    "gateway",
    anyOf(
      /zscaler|netskope|forcepoint|websense|menlo security|\biboss\b|cato networks|skyhigh security/,
      /musarubra|opendns|cisco[- ]umbrella|palo alto networks|check ?point software|perimeter ?81/,
      /\bsymantec\b|blue ?coat|mcafee|barracuda networks|\bforti(?:net|sase)|\bsophos\b|lightspeed systems/,
      /\bsecurly\b|contentkeeper|linewize|smoothwall|goguardian|secure web gateway|\bsase\b/,
    ),
  ],
  [
    "vessel",
    anyOf(
      /avionics|in-?flight\b|\bgogo\b|aero ?mobile|sita ?onair|\banuvu\b|global eagle|smartsky|\brow 44\b|\barinc\b/,
      /european aviation network|\bmarlink\b|\bspeedcast\b|\bkvh industries|\binmarsat\b|\biridium s/,
      /\bmaritime (?:communications|broadband|satellite)|\bcruises\b|\bcruise lines?\b|\bicomera\b|nomad digital/,
    ),
  ],
  [
    "satellite",
    anyOf(
      /\bstarlink\b|\bspacex\b|space exploration (?:technologies|holdings)|\bviasat\b|\bhughes ?(?:net\b|network|communications|telecom)/,
      /\boneweb\b|\beutelsat\b|\bskylogic\b|\bintelsat\b|\btelesat\b|\byah(?:sat|click)\b|\bthuraya\b/,
      /\bavanti (?:hylas|communications)|\bkuiper\b|\bamazon leo\b|\bvsat\b|\bsatelit nusantara/,
      /\bsatellite (?:communication|network|internet|broadband|service|telecom|system)/,
      /\bkacific\b|\bthaicom\b|\bipstar\b|\bhispasat\b|\barabsat\b|\btelespazio\b|\bo3b\b|\bses (?:s\.?a|networks|satellites)/,
    ),
  ],
  [
    "hosting",
    anyOf(
      // "GoHosting", "WebHost", "HostDime", but not "Ghost", "Khost" or "Hostel"
      /(?<!\b[gks])host(?!el|al|il|ess)|hospedage[mn]|hospedaje|alojamiento web|h[ée]bergement/,
      // "Server Mania", "Cherryservers", but not "Observer" or "Conserver"
      /(?<!ob|con|pre|re)server|\bservidores\b|\bserveurs\b/,
      /data[- ]?cent(?:er|re|rum|ro)|centros? de datos|rechenzentrum|rekencentrum|\bk?idc\b/,
      /colocat|co-locat|colocrossing|colohouse|\bcolo\b/,
      // "UpCloud", but not the towns of St. Cloud
      /(?<!\b(?:saint|ste?\.?)[- ])cloud/,
      /vp[sn]\b|\bvp[sn]|\bvds|vds\b|\bdedi(?:cated|path)\b|bare ?metal|\brack(?!et|e\b)|(?:go|wow)rack/,
      /\bcdn|cdn\b|content delivery|\bprox(?:y|ies)\b|anonymi[sz]/,
      /\bamazon\b|\baws\b|\bazure\b|microsoft|\bgoogle\b(?! fiber)|\boracle\b|alibaba|aliyun|tencent/,
      /digital ?ocean|linode|akamai|fastly|hetzner|\bovh|\bvultr|choopa|contabo|leaseweb|scaleway|\bionos\b/,
      /netcup|kamatera|\bg-?core\b|datacamp|\bm247\b|clouvider|zenlayer|quadranet|packethub|equinix/,
      /go-?daddy|softlayer|savvis|\bstrato (?:ag|gmbh)|aruba s\.?p\.?a|liquid ?web|worldstream|frantech|ramnode/,
      /voxility|psychz|sharktech|edgecast|edgio|stackpath|cachefly|surfshark|\bmullvad|\bprivado|squarespace/,
      /infomaniak|hurricane electric|sakura internet|dream network|unified layer|stark industries|1337 services/,
      /limestone networks|singlehop|phoenixnap|hivelocity|selectel|timeweb|yandex|huawei|opera software/,
      /\bvercel|netlify|heroku|\bwix\.com|automattic|pure ?voltage|nforce|velia\.net|alwaysdata|biterika/,
      /\bprivax\b|windscribe|ipvanish|\bmudhook\b|tefincom|cyberghost|private internet access|\bkape tech/,
      /anthropic|openai|\bx\.?ai\b|facebook|meta platforms|apple inc\b|bytedance|byteplus|tiktok|volcano engine/,
      /\bbaidu\b|deepseek|moonshot|mistral ai|perplexity|salesforce|servicenow|hugging ?face|\bgithub\b/,
    ),
  ],
  [
    "mobile",
    /\bmobi(?:les?|link|nil|tel)\b|\b(?:radio|tele)?m[óo]v(?:il(?:es)?|eis|el)\b|\bcell?ular/i,
  ],
];

/** What a network is by its number, else by its owner's name; undefined for one of which nothing is known. */
export function kindOfNetwork(number: number, owner: string): NetworkKind | undefined {
  return KINDS.get(number) ?? WORDS.find(([, words]) => words.test(owner))?.[0];
}
