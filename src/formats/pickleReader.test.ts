import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { refused } from '../../test/support/files.ts';
import { fuzzRuns, mutations } from '../../test/support/mutate.ts';
import { pickle, tensorPickle } from '../../test/support/pickleBytes.ts';
import { UserError } from '../core/errors/userError.ts';
import { readPickle } from './pickleReader.ts';
import { kindOf, type PickleList, type PickleValue } from './pickleValues.ts';
import { pickleWriter } from './pickleWriter.ts';
import { pytorchNames, pytorchStorage } from './pytorchNames.ts';

const file = 'invented.bin';
const read = (bytes: Uint8Array) =>
  readPickle(bytes, 0, { names: pytorchNames, persistent: pytorchStorage, file });

/** Values as plain JavaScript. */
function plain(value: PickleValue | undefined): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (value.kind === 'list') return (value.items ?? [...value.ints.subarray(0, value.count)]).map(plain);
  if (value.kind === 'tuple') return { tuple: value.items.map(plain) };
  if (value.kind === 'dict') {
    return Object.fromEntries([...value.entries].map(([key, one]) => [String(key), plain(one)]));
  }
  return value;
}

// {'a': [1, -2, 300, 70000, 2**40, -2**70], 't': (1,), 'b': (True, None, 1.5), 'e': [], 's': 'ünï',
//  'n': {'x': (1, 2, 3, 4)}, 'o': OrderedDict(k='v')} by Python, after the two bytes of the protocol.
const protocol2 =
  '7d71002858010000006171015d7102284b014afeffffff4d2c014a701101008a060000000000018a090000000000000000c0655801000000' +
  '7471034b018571045801000000627105884e473ff800000000000087710658010000006571075d710858010000007371095805000000c3bc' +
  '6ec3af710a58010000006e710b7d710c580100000078710d284b014b024b034b0474710e7358010000006f710f63636f6c6c656374696f6e' +
  '730a4f726465726564446963740a71102952711158010000006b7112580100000076711373752e';
const protocol4 =
  '959e000000000000007d94288c0161945d94284b014afeffffff4d2c014a701101008a060000000000018a090000000000000000c0658c01' +
  '74944b0185948c016294884e473ff800000000000087948c0165945d948c0173948c05c3bc6ec3af948c016e947d948c017894284b014b02' +
  '4b034b047494738c016f948c0b636f6c6c656374696f6e73948c0b4f726465726564446963749493942952948c016b948c01769473752e';

test.each([
  [2, `8002${protocol2}`],
  [3, `8003${protocol2}`],
  [4, `8004${protocol4}`],
  [5, `8005${protocol4}`],
])('plain data of protocol %i come as they were', (_, hex) => {
  const bytes = Buffer.from(hex, 'hex');
  const found = read(bytes);
  expect(found?.end).toBe(bytes.length);
  expect(plain(found?.value)).toEqual({
    a: [1, -2, 300, 70000, 2 ** 40, -(2n ** 70n)],
    t: { tuple: [1] },
    b: { tuple: [true, null, 1.5] },
    e: [],
    s: 'ünï',
    n: { x: { tuple: [1, 2, 3, 4] } },
    o: { k: 'v' },
  });
  for (let end = 0; end < bytes.length; end += 3) expect(read(bytes.subarray(0, end))).toBeUndefined();
});

test('lists of whole numbers survive, whatever their size', () => {
  const number = fc.oneof(fc.nat(300), fc.nat(70_000), fc.nat(0xffffffff));
  fc.assert(
    fc.property(fc.array(number, { maxLength: 3000 }), (numbers) => {
      const writer = pickleWriter(1);
      writer.numbers(Uint32Array.from(numbers));
      expect(plain(read(writer.end())?.value)).toEqual(numbers);
    }),
    { numRuns: 100 },
  );
});

test('a long list of small numbers is kept as such', () => {
  const writer = pickleWriter();
  writer.numbers(Uint32Array.from({ length: 2500 }, (_, i) => i));
  const list = read(writer.end())?.value as PickleList;
  expect(list.items).toBeUndefined();
  expect(list.count).toBe(2500);
});

// os.system('echo x') as Python writes it, which calls the module posix, and under its usual name.
const calls: [string, Uint8Array][] = [
  [
    'posix.system',
    Buffer.from('800263706f7369780a73797374656d0a710058060000006563686f207871018571025271032e', 'hex'),
  ],
  [
    'posix.system',
    Buffer.from(
      '80049521000000000000008c05706f736978948c0673797374656d9493948c066563686f207894859452942e',
      'hex',
    ),
  ],
  ['os.system', pickle.whole(pickle.call(pickle.name('os', 'system'), pickle.text('echo x')))],
  ['builtins.eval', pickle.whole(pickle.name('builtins', 'eval'))],
  ['os.system', Buffer.from('\u0080\u0002(ios\nsystem\n.', 'latin1')],
  ['torch.load', pickle.whole(pickle.dict({ x: pickle.name('torch', 'load') }))],
  ['collections.OrderedDict.__init__', pickle.whole(pickle.name('collections', 'OrderedDict.__init__'))],
];

test.each(calls)('%s is refused by its name', async (name, bytes) => {
  const error = await refused('pytorch-code', () => read(bytes));
  expect(error.message).toContain(`use ${name},`);
  expect(error.place?.file).toBe(file);
});

test('a name cannot smuggle anything into the message', async () => {
  const error = await refused('pytorch-code', () =>
    read(pickle.whole(pickle.name('a\u001b[31m', 'x'.repeat(500)))),
  );
  expect(error.message).not.toContain('\u001b');
  expect(error.message.length).toBeLessThan(400);
});

const { int, text, tuple } = pickle;
const unsound: [string, Uint8Array][] = [
  ['a call of what is no name', pickle.call(text('x'), int(1))],
  ['a name that cannot be called', pickle.call(pickle.name('torch', 'FloatStorage'), int(1))],
  ['arguments that are not as they should be', pickle.call(pickle.name('torch', 'Size'), int(1))],
  ['a tensor outside its storage', tensorPickle({ key: '0', size: 5, shape: [2, 3] })],
  ['strides that lead outside', tensorPickle({ key: '0', shape: [2, 2], strides: [2, 3] })],
  ['an offset that leads outside', tensorPickle({ key: '0', size: 4, shape: [4], offset: 1 })],
  ['a negative size', tensorPickle({ key: '0', size: 4, shape: [-1] })],
  ['as many strides as sizes', tensorPickle({ key: '0', shape: [2, 2], strides: [1] })],
  [
    'a storage of no type',
    pickle.persistent(tuple(text('storage'), text('x'), text('0'), text('cpu'), int(1))),
  ],
  ['an id of what is no storage', pickle.persistent(int(1))],
  ['two values', Buffer.concat([int(1), int(2)])],
  ['a mark too few', Buffer.from('t')],
  ['a list as a key', Buffer.concat([Buffer.from('}('), pickle.list(), int(1), Buffer.from('u')])],
  ['entries of a list', Buffer.concat([pickle.list(), Buffer.from('('), int(1), int(1), Buffer.from('u')])],
  ['something that was never remembered', Buffer.of(0x68, 7)],
  ['an instruction that makes an object', Buffer.of(0x81)],
];

test.each(unsound)('%s is refused', async (_, value) => {
  await refused('pytorch-broken', () => read(pickle.whole(value)));
});

test('text of protocol 0 is refused', async () => {
  await refused('pytorch-broken', () => read(Buffer.from('(lp0\nI1\na.')));
});

test('millions of open values are refused before they fill the memory', async () => {
  const many = Buffer.concat([Buffer.of(0x80, 2), Buffer.alloc(6_000_000, '}'), Buffer.from('.')]);
  await refused('pytorch-broken', () => read(many));
  const marks = Buffer.concat([Buffer.of(0x80, 2), Buffer.alloc(6_000_000, '('), Buffer.from('.')]);
  await refused('pytorch-broken', () => read(marks));
});

test('a list that holds itself is read', () => {
  const found = read(Buffer.from('\u0080\u0002]q\u0000h\u0000a.', 'latin1'))?.value as PickleList;
  expect(found.items?.[0]).toBe(found);
});

test('damaged pickles are read, cut off, or refused', () => {
  const good = Buffer.concat([
    pickle.dict({
      list: pickle.list(...Array.from({ length: 20 }, (_, i) => int(i * 1000))),
      tensor: tensorPickle({ key: '0', shape: [2, 3], isParameter: true }),
      size: pickle.call(pickle.name('torch', 'Size'), tuple(int(1), int(2))),
    }),
  ]);
  const outcomes = { read: 0, refused: 0 };
  fc.assert(
    fc.property(mutations(pickle.whole(good)), (bytes) => {
      try {
        expect(kindOf(read(bytes)?.value)).toBeTypeOf('string');
        outcomes.read++;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        expect(error.place?.file).toBe(file);
        outcomes.refused++;
      }
    }),
    { numRuns: fuzzRuns },
  );
  expect(outcomes.read).toBeGreaterThan(0);
  expect(outcomes.refused).toBeGreaterThan(0);
});
