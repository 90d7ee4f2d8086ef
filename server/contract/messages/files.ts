import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about files that Patchbay reads and writes: paths, stored files, output names, vectors and their formats. */
export const fileMessage = defineMessages({
  'file.not-found': {
    en: 'File {path} was not found. Check the path.',
    zh: '没有找到文件 {path}。请检查路径。',
  },
  'file.not-a-file': { en: '{path} is not a regular file.', zh: '{path} 不是普通文件。' },
  'file.unreadable': {
    en: 'File {path} could not be opened. Check that you have permission to read it.',
    zh: '无法打开文件 {path}。请检查是否有读取权限。',
  },
  'asset.invalid': { en: 'This is not the name of a stored file.', zh: '这不是已保存文件的名称。' },
  'asset.not-found': {
    en: 'The stored file was not found. Add it again.',
    zh: '没有找到保存的文件。请重新添加。',
  },

  'path.nul-character': {
    en: 'The path contains a NUL character. Write a path without it.',
    zh: '路径包含 NUL 字符。请写出不含该字符的路径。',
  },
  'path.empty': {
    en: 'The path is empty. Write the path of a file or folder.',
    zh: '路径是空的。请写出文件或文件夹的路径。',
  },
  'path.not-local': {
    en: '"{path}" is not a path on this machine. Write the path of a file or folder.',
    zh: '“{path}”不是这台机器上的路径。请写出文件或文件夹的路径。',
  },
  'file.outside-samples': {
    en: '"{path}" is outside the folder of sample pictures. Write a path below "sample:".',
    zh: '“{path}”在示例图片文件夹之外。请写“sample:”之下的路径。',
  },
  'file.outside-uploads': {
    en: '"{path}" is outside the folder of uploads. Write a path below "uploads:".',
    zh: '“{path}”在上传文件夹之外。请写“uploads:”之下的路径。',
  },
  'file.forbidden': {
    en: '"{path}" is outside the folders that Patchbay may read. Upload it, or start the server with --read-from and its folder.',
    zh: '“{path}”在 Patchbay 可读取的文件夹之外。请上传它，或者启动服务器时用 --read-from 指定它的文件夹。',
  },

  'moves.not-found': {
    en: 'There is nothing to move back. These files were moved back before.',
    zh: '没有可以移回的文件。这些文件之前已经移回。',
  },
  'moves.gone': {
    en: '{path} is no longer there, so it was not moved back.',
    zh: '{path} 已不在那里，因此没有移回。',
  },
  'moves.taken': {
    en: 'Another file has the name {path} now. Rename that file, then move back again.',
    zh: '现在有另一个文件叫 {path}。请先把它改名，再移回。',
  },
  'moves.kept': {
    en: '{path} could not be moved back ({reason}). Check that you have permission to write to both folders.',
    zh: '无法移回 {path}（{reason}）。请检查是否有写入这两个文件夹的权限。',
  },
  'moves.not-here': {
    en: 'This server moves no files, because others use it too. Choose to copy them.',
    zh: '此服务器也供他人使用，因此不移动文件。请选择复制。',
  },

  'file.disk-full': {
    en: '"{name}" could not be written, because the disk is full. Free some space and run again.',
    zh: '无法写入“{name}”，因为磁盘已满。请腾出空间后再次运行。',
  },
  'file.no-write-access': {
    en: '"{name}" could not be written. Check that you have permission to write to the folder {folder}.',
    zh: '无法写入“{name}”。请检查是否有写入文件夹 {folder} 的权限。',
  },
  'file.name-is-folder': {
    en: '"{name}" could not be written, because a folder has this name. Choose another name.',
    zh: '无法写入“{name}”，因为已有同名文件夹。请换一个名称。',
  },
  'file.parent-is-file': {
    en: '"{name}" could not be written, because {path} is a file and not a folder. Choose another name or output folder.',
    zh: '无法写入“{name}”，因为 {path} 是文件而不是文件夹。请换一个名称或输出文件夹。',
  },
  'file.folder-not-made': {
    en: '"{name}" could not be written, because the folder {path} could not be created. Choose another output folder.',
    zh: '无法写入“{name}”，因为无法创建文件夹 {path}。请换一个输出文件夹。',
  },
  'file.unwritable': {
    en: '"{name}" could not be written, because the disk refused it ({reason}). Choose another output folder.',
    zh: '无法写入“{name}”，因为磁盘拒绝写入（{reason}）。请换一个输出文件夹。',
  },

  'output-name.nul-character': {
    en: '"{name}" cannot be a file name, because it contains a NUL character.',
    zh: '“{name}”不能作为文件名，因为它包含 NUL 字符。',
  },
  'output-name.empty': {
    en: 'The name of the output file is empty. Write a name such as "ranking.csv".',
    zh: '输出文件的名称是空的。请写一个名称，例如“ranking.csv”。',
  },
  'output-name.absolute': {
    en: '"{name}" cannot be written, because it is not relative to the output folder. Write a name such as "ranking.csv".',
    zh: '无法写入“{name}”，因为它不是相对于输出文件夹的。请写一个名称，例如“ranking.csv”。',
  },
  'output-name.only-below': {
    en: '"{name}" cannot be written, because this server writes only below its own output folder. Write a name such as "ranking.csv" and download the file.',
    zh: '无法写入“{name}”，因为此服务器只在自己的输出文件夹中写入。请写一个名称，例如“ranking.csv”，然后下载文件。',
  },
  'output-name.other-system': {
    en: '"{name}" is not a path of this computer. Write a path that begins here, or a name such as "ranking.csv".',
    zh: '“{name}”不是这台电脑上的路径。请写这里的路径，或一个名称，例如“ranking.csv”。',
  },
  'output-name.taken': {
    en: 'There is already a file at {path} that Patchbay did not write, or that was changed since. It was not replaced. Choose another name or folder.',
    zh: '{path} 处已有一个不是由 Patchbay 写入、或之后被修改过的文件。没有替换它。请换一个名称或文件夹。',
  },
  'output-name.parts': {
    en: '"{name}" cannot be written, because it contains "..", "." or an empty part. Write a name such as "results/ranking.csv".',
    zh: '无法写入“{name}”，因为它包含“..”、“.”或空的部分。请写一个名称，例如“results/ranking.csv”。',
  },
  'output-name.character': {
    en: '"{name}" cannot be written, because it contains a character that file names cannot have.',
    zh: '无法写入“{name}”，因为它包含文件名不能有的字符。',
  },
  'output-name.device': {
    en: '"{name}" cannot be written, because "{part}" is the name of a device on Windows. Choose another name.',
    zh: '无法写入“{name}”，因为“{part}”是 Windows 上的设备名。请换一个名称。',
  },
  'output-name.trailing': {
    en: '"{name}" cannot be written, because a part of it ends in a dot or a space. Remove it.',
    zh: '无法写入“{name}”，因为其中一部分以点或空格结尾。请去掉它。',
  },
  'output-name.too-long': {
    en: '"{name}" cannot be written, because a part of it is too long. Choose a shorter name.',
    zh: '无法写入“{name}”，因为其中一部分太长。请换一个更短的名称。',
  },
  'output-name.link-outside': {
    en: '"{name}" cannot be written, because it is a link that points outside the output folder. Choose another name.',
    zh: '无法写入“{name}”，因为它是指向输出文件夹之外的链接。请换一个名称。',
  },
  'output-name.folder-link-outside': {
    en: '"{name}" cannot be written, because a folder in it is a link that points outside the output folder. Choose another name.',
    zh: '无法写入“{name}”，因为其中的一个文件夹是指向输出文件夹之外的链接。请换一个名称。',
  },

  'parquet.unreadable': {
    en: 'The table in {file} cannot be read ({reason}). Check that the file exists and is complete, or write it again.',
    zh: '无法读取 {file} 中的表格（{reason}）。请检查文件是否完整，或重新写入。',
  },
  'table-file.not-utf8': {
    en: '{file} is not a text in UTF-8, so it cannot be read. Save it again as UTF-8: in Excel as "CSV UTF-8", in LibreOffice with the character set "Unicode (UTF-8)".',
    zh: '{file} 不是 UTF-8 编码的文本，无法读取。请重新保存为 UTF-8：在 Excel 中选择“CSV UTF-8”，在 LibreOffice 中选择字符集“Unicode (UTF-8)”。',
  },
  'parquet.no-vectors': {
    en: '{file} has no column of vectors. It needs a column with a list of numbers in each row, or two columns x and y; a text file can also have numbered columns of numbers, such as 0, 1, 2.',
    zh: '{file} 中没有向量列。它需要一列每行都是数字列表，或 x 和 y 两列；文本文件也可以是带编号的数字列，例如 0、1、2。',
  },
  'parquet.null-vectors': {
    en: '{count} {count|row|rows} of {file} {count|has|have} no vector. Leave these rows out and write the file again.',
    zh: '{file} 中有 {count} 行没有向量。请去掉这些行后重新写入。',
  },
  'parquet.lengths': {
    en: 'The vectors of {file} have different lengths, from {shortest} to {longest}. Give all the same length.',
    zh: '{file} 中的向量长度不同，从 {shortest} 到 {longest}。请使它们长度相同。',
  },
  'table-file.format': {
    en: 'Patchbay cannot read a table from {file}. Save it as .csv, .tsv, .jsonl or .parquet.',
    zh: 'Patchbay 无法从 {file} 读取表格。请保存为 .csv、.tsv、.jsonl 或 .parquet。',
  },
  'npz.no-matrix': {
    en: 'The file {file} has {count} arrays, so Patchbay cannot tell which one holds the vectors. Name it "embeddings", or save it alone.',
    zh: '文件 {file} 有 {count} 个数组，无法判断哪个是向量。请把它命名为“embeddings”，或单独保存。',
  },
  'npz.unreadable': {
    en: 'The file {file} cannot be read as .npz ({reason}). Save it again with numpy.savez.',
    zh: '无法按 .npz 读取文件 {file}（{reason}）。请用 numpy.savez 重新保存。',
  },
  'clip-retrieval.none': {
    en: 'The folder {path} has no files such as img_emb_0.npy, which clip-retrieval writes. Choose the folder that contains img_emb and metadata.',
    zh: '文件夹 {path} 中没有 clip-retrieval 写入的 img_emb_0.npy 之类的文件。请选择包含 img_emb 和 metadata 的文件夹。',
  },
  'clip-retrieval.rows': {
    en: '{file} has {rows} {rows|row|rows}, but the vectors beside it have {vectors}. The two do not belong together.',
    zh: '{file} 有 {rows} 行，而对应的向量有 {vectors} 个。两者不属于同一组。',
  },
  'vectors.shape': {
    en: '{file} holds an array of shape [{shape}]. Save an array with one vector per row.',
    zh: '{file} 含有形状为 [{shape}] 的数组。请保存每行一个向量的数组。',
  },
  'vectors.format': {
    en: 'Patchbay cannot read vectors from {file}. Save them as .npy, .npz, .safetensors, .parquet, .csv or .jsonl.',
    zh: 'Patchbay 无法从 {file} 读取向量。请保存为 .npy、.npz、.safetensors、.parquet、.csv 或 .jsonl。',
  },
  'vectors.no-matrix': {
    en: '{file} holds {count} {count|matrix|matrices}, and none is named "{wanted}". Save one matrix under this name.',
    zh: '{file} 含有 {count} 个矩阵，但没有名为“{wanted}”的。请以这个名称保存一个矩阵。',
  },

  'npy.too-short': {
    en: '{file} is not a valid npy file: it is too short. Save it again.',
    zh: '{file} 不是有效的 npy 文件：它太短。请重新保存。',
  },
  'npy.no-magic': {
    en: '{file} is not an npy file: its first bytes are different. Save the vectors with numpy.save.',
    zh: '{file} 不是 npy 文件：它开头的字节不符。请用 numpy.save 保存向量。',
  },
  'npy.version': {
    en: '{file} has the npy version {version}. Patchbay reads versions 1 to 3.',
    zh: '{file} 的 npy 版本为 {version}。Patchbay 读取版本 1 到 3。',
  },
  'npy.header-too-long': {
    en: '{file} is not a valid npy file: its header is too long. Save it again.',
    zh: '{file} 不是有效的 npy 文件：文件头太长。请重新保存。',
  },
  'npy.header': {
    en: 'The header of {file} does not describe one array of numbers. Save one plain array.',
    zh: '{file} 的文件头描述的不是一个数值数组。请保存一个普通数组。',
  },
  'npy.objects': {
    en: '{file} holds Python objects, which Patchbay does not open. Save numbers instead.',
    zh: '{file} 含有 Python 对象，Patchbay 不会打开。请保存数值。',
  },
  'npy.type': {
    en: 'The numbers in {file} have the type {type}, which Patchbay does not read. Save them as float32.',
    zh: '{file} 中的数值类型为 {type}，Patchbay 不能读取。请保存为 float32。',
  },
  'npy.shape': {
    en: '{file} is not a valid npy file: its shape ({shape}) is impossible.',
    zh: '{file} 不是有效的 npy 文件：形状（{shape}）不可能存在。',
  },
  'npy.size': {
    en: '{file} is damaged: its shape ({shape}) needs {needed} bytes, but it has {held}. Copy or save it again.',
    zh: '{file} 已损坏：形状（{shape}）需要 {needed} 字节，实际有 {held}。请重新复制或保存。',
  },
  'npy.too-large': {
    en: 'Row {row} of {file} contains {value}, which does not fit into 32-bit numbers (at most 3.4e38). Divide all numbers by the same value and save the file again.',
    zh: '{file} 的第 {row} 行含有 {value}，超出 32 位浮点数的范围（最大 3.4e38）。请把所有数除以同一个值后重新保存。',
  },
  'npy.unreadable': {
    en: '{file} could not be read. Check that the file did not change and the disk works.',
    zh: '无法读取 {file}。请检查文件是否有变化、磁盘是否正常。',
  },

  'safetensors.unreadable': {
    en: '{file} could not be read. Check that the file did not change and the disk works.',
    zh: '无法读取 {file}。请检查文件是否有变化、磁盘是否正常。',
  },
  'safetensors.too-short': {
    en: '{file} is not a valid safetensors file: it is too short to have a header.',
    zh: '{file} 不是有效的 safetensors 文件：它太短，没有文件头。',
  },
  'safetensors.header-too-long': {
    en: '{file} is not a valid safetensors file: its header claims {bytes} bytes, more than the format allows.',
    zh: '{file} 不是有效的 safetensors 文件：文件头声称有 {bytes} 字节，超过了格式的上限。',
  },
  'safetensors.too-many-tensors': {
    en: '{file} has more than {count} tensors. Patchbay does not read such files. Save the tensors that you need in a smaller file.',
    zh: '{file} 有超过 {count} 个张量。Patchbay 不读取这样的文件。请把需要的张量存到较小的文件中。',
  },
  'safetensors.header-beyond-file': {
    en: '{file} is not a valid safetensors file: its header claims {bytes} bytes, more than the file has.',
    zh: '{file} 不是有效的 safetensors 文件：文件头声称有 {bytes} 字节，超过了文件大小。',
  },
  'safetensors.header-start': {
    en: '{file} is not a valid safetensors file: its header does not begin with a brace.',
    zh: '{file} 不是有效的 safetensors 文件：文件头不是以花括号开头。',
  },
  'safetensors.header-text': {
    en: '{file} is not a valid safetensors file: its header is not UTF-8 text.',
    zh: '{file} 不是有效的 safetensors 文件：文件头不是 UTF-8 文本。',
  },
  'safetensors.header-json': {
    en: '{file} is not a valid safetensors file: its header is not strict JSON. {reason}',
    zh: '{file} 不是有效的 safetensors 文件：文件头不是严格的 JSON。{reason}',
  },
  'safetensors.header-not-object': {
    en: '{file} is not a valid safetensors file: its header is not a JSON object.',
    zh: '{file} 不是有效的 safetensors 文件：文件头不是 JSON 对象。',
  },
  'safetensors.metadata-not-object': {
    en: '{file} is not a valid safetensors file: its metadata is not an object.',
    zh: '{file} 不是有效的 safetensors 文件：元数据不是对象。',
  },
  'safetensors.metadata-name': {
    en: '{file} is not a valid safetensors file: "{name}" is not allowed as a metadata name.',
    zh: '{file} 不是有效的 safetensors 文件：“{name}”不能作为元数据的名称。',
  },
  'safetensors.metadata-value': {
    en: '{file} is not a valid safetensors file: its metadata "{name}" is not a text.',
    zh: '{file} 不是有效的 safetensors 文件：元数据“{name}”不是文本。',
  },
  'safetensors.tensor-name': {
    en: '{file} is not a valid safetensors file: "{name}" is not allowed as a tensor name.',
    zh: '{file} 不是有效的 safetensors 文件：“{name}”不能作为张量的名称。',
  },
  'safetensors.tensor-not-object': {
    en: '{file} is not a valid safetensors file: the entry of the tensor "{tensor}" is not an object.',
    zh: '{file} 不是有效的 safetensors 文件：张量“{tensor}”不是用对象描述的。',
  },
  'safetensors.type': {
    en: '{file} cannot be read: the tensor "{tensor}" has the unknown type {type}.',
    zh: '无法读取 {file}：张量“{tensor}”的类型 {type} 未知。',
  },
  'safetensors.no-shape': {
    en: '{file} is not a valid safetensors file: the tensor "{tensor}" has no shape.',
    zh: '{file} 不是有效的 safetensors 文件：张量“{tensor}”没有形状。',
  },
  'safetensors.shape': {
    en: '{file} is not a valid safetensors file: the tensor "{tensor}" has the impossible shape [{shape}].',
    zh: '{file} 不是有效的 safetensors 文件：张量“{tensor}”的形状 [{shape}] 不可能存在。',
  },
  'safetensors.no-offsets': {
    en: '{file} is not a valid safetensors file: the tensor "{tensor}" has no offsets.',
    zh: '{file} 不是有效的 safetensors 文件：张量“{tensor}”没有偏移量。',
  },
  'safetensors.offsets': {
    en: '{file} is not a valid safetensors file: the tensor "{tensor}" has the impossible offsets [{offsets}].',
    zh: '{file} 不是有效的 safetensors 文件：张量“{tensor}”的偏移量 [{offsets}] 不可能存在。',
  },
  'safetensors.size': {
    en: '{file} is not a valid safetensors file: the {bytes} bytes of the tensor "{tensor}" do not fit its shape [{shape}] of {type}.',
    zh: '{file} 不是有效的 safetensors 文件：张量“{tensor}”有 {bytes} 字节，与 {type} 的形状 [{shape}] 不符。',
  },
  'safetensors.overlap': {
    en: '{file} is not a valid safetensors file: the tensor "{tensor}" overlaps another tensor.',
    zh: '{file} 不是有效的 safetensors 文件：张量“{tensor}”与另一个重叠。',
  },
  'safetensors.gap': {
    en: '{file} is not a valid safetensors file: {bytes} bytes before the tensor "{tensor}" belong to no tensor.',
    zh: '{file} 不是有效的 safetensors 文件：张量“{tensor}”之前有 {bytes} 字节不属于任何张量。',
  },
  'safetensors.cut-short': {
    en: '{file} is not a valid safetensors file: {bytes} bytes are missing at its end. Copy or download it again.',
    zh: '{file} 不是有效的 safetensors 文件：末尾缺少 {bytes} 字节。请重新复制或下载。',
  },
  'safetensors.trailing-bytes': {
    en: '{file} is not a valid safetensors file: {bytes} bytes at its end belong to no tensor.',
    zh: '{file} 不是有效的 safetensors 文件：末尾有 {bytes} 字节不属于任何张量。',
  },
  'safetensors.no-tensor': {
    en: '{file} has no tensor named "{tensor}".',
    zh: '{file} 没有名为“{tensor}”的张量。',
  },
  'safetensors.too-large': {
    en: 'Row {row} of the tensor {tensor} in {file} contains {value}, which does not fit into 32-bit numbers (at most 3.4e38). Divide all numbers by the same value and save the file again.',
    zh: '{file} 中张量 {tensor} 的第 {row} 行含有 {value}，超出 32 位浮点数的范围（最大 3.4e38）。请把所有数除以同一个值后重新保存。',
  },
  'safetensors.tensor-unreadable': {
    en: 'The tensor "{tensor}" of {file} could not be read. Check that the file did not change and the disk works.',
    zh: '无法读取 {file} 的张量“{tensor}”。请检查文件是否有变化、磁盘是否正常。',
  },

  'json.expected': { en: 'Character {at}: {what} is expected.', zh: '第 {at} 个字符：缺少{what}。' },
  'json.a-name': { en: 'a name', zh: '名称' },
  'json.a-value': { en: 'a value', zh: '值' },
  'json.duplicate-name': {
    en: 'Character {at}: the name "{name}" occurs twice.',
    zh: '第 {at} 个字符：名称“{name}”出现了两次。',
  },
  'json.escape': {
    en: 'Character {at}: a text contains an unknown escape sequence.',
    zh: '第 {at} 个字符：文本含有未知的转义序列。',
  },
  'json.too-deep': {
    en: 'Character {at}: the values are nested too deeply.',
    zh: '第 {at} 个字符：嵌套太深。',
  },
  'json.trailing': {
    en: 'Character {at}: the text continues after the value.',
    zh: '第 {at} 个字符：值的后面还有内容。',
  },
});
