import type { SentencePair } from './sentence-pair.ts';

/** Why a device is or is not used. */
export const zhDeviceSentences: readonly SentencePair[] = [
  ['asked for', '由您指定'],
  ['nothing faster works here', '这里没有更快的设备可用'],
  ['slower than {a}', '比 {a} 慢'],
  ['not tried, as {a} works', '未尝试，因为 {a} 可用'],
  ['{a} times as fast as the cpu', '速度是 CPU 的 {a} 倍'],
  [
    'works, but is {a} times slower than the cpu: a software driver, or a small card',
    '可用，但比 CPU 慢 {a} 倍：可能是软件驱动或较小的显卡',
  ],
  ['ONNX Runtime does not have it on {a}', 'ONNX Runtime 在 {a} 上不支持它'],
  [
    'its libraries are not installed, which one command fetches: {a}',
    '没有安装它的库，用一条命令即可安装：{a}',
  ],
  ["its numbers are wrong: they differ from the cpu's by {a}", '它的计算结果不正确：与 CPU 的结果相差 {a}'],
  ['what is no number', '非数值'],
  ['Failed to get a WebGPU adapter: {a}', '没有找到 WebGPU 适配器：{a}'],
  ['No supported adapters', '没有受支持的适配器'],
  ['it could not be tried: {a}', '无法尝试：{a}'],
  ['it gave no answer within {a} seconds', '它在 {a} 秒内没有回应'],
  ['its driver crashed while it was tried ({a})', '尝试时它的驱动程序崩溃了（{a}）'],
  [
    'The device {a} does not work here: {b}. {c}. Or choose --device auto.',
    '设备 {a} 在这里不可用：{b}。{c}。或选择 --device auto。',
  ],
  [
    'CUDA needs an NVIDIA card with its driver, CUDA 12 and cuDNN 9',
    'CUDA 需要 NVIDIA 显卡及其驱动程序、CUDA 12 和 cuDNN 9',
  ],
  [
    'WebGPU needs a graphics card with a current driver (Vulkan on Linux)',
    'WebGPU 需要显卡和较新的驱动程序（Linux 上为 Vulkan）',
  ],
  ['DirectML needs Windows 10 or newer and a graphics card', 'DirectML 需要 Windows 10 或更新版本以及显卡'],
  ['Core ML needs macOS', 'Core ML 需要 macOS'],
  [
    '{a} does not load on {b} ({c}), so it runs on the cpu, which is slower. Choose another precision in Load encoder, or start Patchbay with --device cpu.',
    '{a} 无法在 {b} 上加载（{c}），因此在 CPU 上运行，速度较慢。请在“加载编码器”中选择另一个精度，或用 --device cpu 启动 Patchbay。',
  ],
];
