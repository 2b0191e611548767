import { describe, expect, it } from "vitest";
import { UpstreamRefused } from "../../src/errors.ts";
import { isPrivateHost } from "../../src/private-host.ts";
import { checkAddress, redirectOf } from "../../src/upstream/address.ts";

const policy = (allowPrivateHosts: boolean) => ({
  ...{ deadlineMs: 1, stallMs: 1, mostBytes: 1, mostRedirects: 1, mostRetries: 1 },
  allowPrivateHosts,
});

describe("private is", () => {
  it.each([
    ...["localhost", "LOCALHOST", "localhost.", "app.localhost", "router", "nas.local"],
    ...["metadata.google.internal", "printer.home.arpa", "metadata.google.internal."],
    ...["127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "0", "0.0.0.0"],
    ...["10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"],
    ...["169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "255.255.255.255"],
    ...["224.0.0.1", "240.0.0.1", "198.18.0.1", "203.0.113.9"],
    ...["[::1]", "[::]", "[fe80::1]", "[fd00:ec2::254]", "[fc00::1]", "[ff02::1]"],
    ...["[::ffff:127.0.0.1]", "[::ffff:a00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"],
    ...["[2001:db8::1]", "１２７.0.0.1", "①②⑦.0.0.1"],
  ])("%s", (host) => {
    const url = new URL(`http://${host}:8080/secret`);
    expect(isPrivateHost(url)).toBe(true);
    expect(() => checkAddress(url, policy(false))).toThrow(UpstreamRefused);
    expect(() => checkAddress(url, policy(true))).not.toThrow();
  });
});

describe("public is", () => {
  it.each([
    ...["example.com", "localhost.example.com", "internal.example.com", "local.de", "8.8.8.8"],
    ...["172.32.0.1", "100.128.0.1", "[2606:4700:4700::1111]", "bücher.de", "168.63.129.17"],
  ])("%s", (host) => {
    const url = new URL(`https://${host}/`);
    expect(isPrivateHost(url)).toBe(false);
    expect(() => checkAddress(url, policy(false))).not.toThrow();
  });
});

it.each([
  "ftp://data.example/a.csv",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "https://me@data.example/",
  "https://:s3cret@data.example/",
])("refuses %s, without telling its secrets", (address) => {
  const check = () => checkAddress(new URL(address), policy(true));
  expect(check).toThrow(UpstreamRefused);
  expect(check).not.toThrow("s3cret");
});

describe("a redirect", () => {
  const from = new URL("https://data.example/a/b?key=s3cret");
  const to = (location: string | null, status = 302) =>
    redirectOf(
      from,
      new Response(null, { status, headers: location === null ? {} : { location } }),
      policy(false),
    )?.href;

  it.each([
    ["../c", "https://data.example/c"],
    ["?x", "https://data.example/a/b?x"],
    ["//other.example/d", "https://other.example/d"],
  ])("to %s goes on from where it is", (location, next) => {
    expect(to(location)).toBe(next);
  });

  it("is none without an address, or of another status", () => {
    expect(to(null)).toBeUndefined();
    for (const status of [200, 201, 300, 304, 404]) expect(to("/c", status)).toBeUndefined();
  });

  it.each([
    ["http://data.example/a/b", "https to http"],
    ["http://other.example/", "https to http"],
    ["https://169.254.169.254/latest/meta-data", "not on the public internet"],
    ["//localhost/", "not on the public internet"],
  ])("to %s is refused", (location, why) => {
    expect(() => to(location)).toThrow(why);
    expect(() => to(location)).not.toThrow("s3cret");
  });
});
