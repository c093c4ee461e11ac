import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

/**
 * Certificates made at test time with node:crypto alone: Node reads X.509 but cannot write it, and no openssl
 * command is asked of the machine. Just enough DER (X.690) for a name, dates and alternative names.
 */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

interface Wanted {
  /** Goes into subjectAltName: `127.0.0.1` or a DNS name. */
  readonly name: string;
  readonly from?: Date;
  readonly to?: Date;
}

const day = 86_400_000;

export interface Authority {
  readonly cert: string;
  issue(wanted: Wanted): Issued;
}

export function authority(commonName = 'Lab authority'): Authority {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { name: commonName, key: pair.privateKey };
  const own = certificate({
    subject: commonName,
    publicKey: pair.publicKey,
    issuer,
    ca: true,
    san: undefined,
  });
  return {
    cert: own,
    issue: ({ name, from, to }) => {
      const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return {
        cert: certificate({
          subject: `Lab ${name}`,
          publicKey: leaf.publicKey,
          issuer,
          ca: false,
          san: name,
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
        }),
        key: leaf.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

interface Certificate {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: { readonly name: string; readonly key: KeyObject };
  readonly ca: boolean;
  readonly san: string | undefined;
  readonly from?: Date;
  readonly to?: Date;
}

let serial = 1;

function certificate(wanted: Certificate): string {
  const { from = new Date(Date.now() - day), to = new Date(Date.now() + 30 * day) } = wanted;
  serial += 1;
  const algorithm = sequence(oid('2a8648ce3d040302')); // ecdsa-with-SHA256
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.from([serial])),
    algorithm,
    commonName(wanted.issuer.name),
    sequence(time(from), time(to)),
    commonName(wanted.subject),
    wanted.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions(wanted))),
  );
  const signature = createSign('sha256').update(body).sign(wanted.issuer.key);
  const der = sequence(body, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function extensions({ ca, san }: Certificate): Buffer[] {
  const basic = sequence(...(ca ? [tagged(0x01, Buffer.from([0xff]))] : []));
  const list = [sequence(oid('551d13'), tagged(0x01, Buffer.from([0xff])), tagged(0x04, basic))];
  if (san === undefined) return list;
  const address = san.split('.').map(Number);
  const isAddress = address.length === 4 && address.every((part) => Number.isInteger(part));
  const name = isAddress ? tagged(0x87, Buffer.from(address)) : tagged(0x82, Buffer.from(san));
  return [...list, sequence(oid('551d11'), tagged(0x04, sequence(name)))];
}

function commonName(text: string): Buffer {
  return sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(text)))));
}

/** UTCTime: yyMMddHHmmssZ */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}

function oid(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head =
    length < 128
      ? [tag, length]
      : length < 256
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), content]);
}
