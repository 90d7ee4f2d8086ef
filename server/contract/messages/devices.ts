import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about devices: the result of trying each one, and what it needs to work. */
export const deviceMessage = defineMessages({
  'device.asked-for': { en: 'You chose this device.', zh: '由您指定。' },
  'device.not-tried': { en: 'Not tried, because {device} works.', zh: '未尝试，因为 {device} 可用。' },
  'device.slower-than': { en: 'Slower than {device}.', zh: '比 {device} 慢。' },
  'device.nothing-faster': {
    en: 'No faster device works on this machine.',
    zh: '这台机器上没有更快的设备可用。',
  },
  'device.faster': { en: '{times} times as fast as the CPU.', zh: '速度是 CPU 的 {times} 倍。' },
  'device.slow': {
    en: 'Works, but {times} times slower than the CPU. It may be a software driver or a small graphics card.',
    zh: '可用，但比 CPU 慢 {times} 倍。可能是软件驱动或较小的显卡。',
  },
  'device.no-provider': {
    en: 'ONNX Runtime does not support it on {platform}.',
    zh: 'ONNX Runtime 在 {platform} 上不支持它。',
  },
  'device.no-libraries': {
    en: 'Its libraries are not installed. The command "{command}" installs them.',
    zh: '没有安装它的库。用命令“{command}”即可安装。',
  },
  'device.wrong-numbers': {
    en: "Its numbers are wrong: they differ from the CPU's by {difference}.",
    zh: '它的计算结果不正确：与 CPU 的结果相差 {difference}。',
  },
  'device.not-numbers': {
    en: 'Its results are wrong: some are not numbers.',
    zh: '它的计算结果不正确：含有非数值。',
  },
  'device.no-adapter': {
    en: 'ONNX Runtime found no graphics card for WebGPU ({reason}).',
    zh: 'ONNX Runtime 没有找到可用于 WebGPU 的显卡（{reason}）。',
  },
  'device.refused': { en: 'ONNX Runtime reports: {reason}.', zh: 'ONNX Runtime 报告：{reason}。' },
  'device.not-started': {
    en: 'The test could not be started: {reason:phrase}.',
    zh: '无法开始测试：{reason:phrase}。',
  },
  'device.silent': {
    en: 'It gave no answer within {seconds} {seconds|second|seconds}.',
    zh: '它在 {seconds} 秒内没有回应。',
  },
  'device.crashed': {
    en: 'Its driver crashed during the test ({ending}).',
    zh: '测试时它的驱动程序崩溃了（{ending}）。',
  },
  'device.exit-code': { en: 'exit code {exit}', zh: '退出码 {exit}' },
  'device.unavailable': {
    en: 'The device {device} does not work on this machine. {reason} {remedy} Or choose --device auto.',
    zh: '设备 {device} 在这台机器上不可用。{reason}{remedy}或选择 --device auto。',
  },
  'device.needs-cuda': {
    en: 'CUDA needs an NVIDIA graphics card with its driver, CUDA 12 and cuDNN 9.',
    zh: 'CUDA 需要 NVIDIA 显卡及其驱动程序、CUDA 12 和 cuDNN 9。',
  },
  'device.needs-webgpu': {
    en: 'WebGPU needs a graphics card with a current driver (Vulkan on Linux).',
    zh: 'WebGPU 需要显卡和较新的驱动程序（Linux 上为 Vulkan）。',
  },
  'device.needs-directml': {
    en: 'DirectML needs Windows 10 or newer and a graphics card.',
    zh: 'DirectML 需要 Windows 10 或更新版本以及显卡。',
  },
  'device.needs-coreml': { en: 'Core ML needs macOS.', zh: 'Core ML 需要 macOS。' },
});
