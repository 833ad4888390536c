import type { Labels } from '../src/index.ts';

/**
 * Label sets and the SHA-1 that Python 3.11 gives for them:
 * `sha1(str(OrderedDict(sorted(labels.items()))).encode())`.
 */
export const pythonHashes: readonly (readonly [Labels, string])[] = [
  [{}, 'a902315319ba9437bc13a875bb39c0c238f10d35'],
  [{ __name__: 'up', q: "it's" }, '15123d22c1d3296e6fa91e6896100da4f7b42732'],
  [{ __name__: 'up', q: 'say "hi"' }, '7818b41705c194adc883a9f6a3053b76053af286'],
  [{ __name__: 'up', q: 'both \' and "' }, 'cb2a7d2fa581d44a93909096ceacfeddf9e6504e'],
  [
    { __name__: 'up', path: 'C:\\tmp\\x', nl: 'a\nb\tc\rd' },
    '479e26548aead85c1242be89fc02f78782fd8763',
  ],
  [
    { __name__: 'up', ctl: '\u0000\u001f\u007f\u0080\u009f\u00a0\u00ad' },
    '4f434e5d2e276e59d9bfc38d64cf34ccb808ea37',
  ],
  [
    { __name__: 'up', v: 'z\u00fcrich \u00c5ngstr\u00f6m \u6771\u4eac \u03a9' },
    '288b0d4bd967fd1d21089165d5067c19be4a7c3d',
  ],
  [{ __name__: 'up', v: '\ud83d\ude00\ud83d\udef0' }, 'c4c3308d974156df3ca896c86ceb1e84fc102af3'],
  [
    { __name__: 'up', v: '\u200b\u2028\u3000\ufeff\ue000' },
    '0051098d83045e3a1912887d719b12e0143a329a',
  ],
  [
    { __name__: 'up', v: '\ud83e\udee8\u31ef new in Unicode 15' },
    '248e91a41de7455eaef7b90e3f9b3593369c19e9',
  ],
  [{ __name__: 'up', v: '\udb40\udc01\udbff\udfff' }, '2f8fa185873af6fa535661963dd6649b7c5ec149'],
  [
    {
      a: '1',
      B: '2',
      _: '3',
      __name__: 'x',
      '\u00e9': '4',
      '\ufb00': '5',
      '\ud83d\ude00': '6',
      '\ue000': '7',
      aa: '8',
      'a\ud83d\ude00': '9',
      'a\ufb00': '10',
    },
    '8de39dd3aa09de5ee42efb938010f368fb7fac06',
  ],
  [{ __name__: 'up', empty: '' }, 'f57fe3db1980ea9f1e42ad33e65d389cd27345dc'],
  [{ __name__: 'up', v: '\ud800 lone' }, 'adee720e4bf6b0b2def3202dfd1e7c9a674cb669'],
  [{ '10': 'a', '9': 'b', '1': 'c' }, '6a48f48906234c297a31cea70d38b8a7c79c1503'],
];
