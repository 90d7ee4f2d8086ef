"""The tokenizer: lower-cased WordPiece in which every Chinese character is a word of its own."""

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

PAD, UNK, BOS, EOS = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
MAX_LENGTH = 32
VOCABULARY = 6144


def train_tokenizer(corpus: list[str], weights: dict[str, int]) -> Tokenizer:
    """Trains the tokenizer. `weights[text]` repeats a text, so that frequent keywords become single tokens."""
    tokenizer = Tokenizer(models.WordPiece(unk_token=UNK, max_input_chars_per_word=40))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True)]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    alphabet = sorted({c for text in corpus for c in text} | set("abcdefghijklmnopqrstuvwxyz0123456789"))
    trainer = trainers.WordPieceTrainer(
        vocab_size=VOCABULARY, special_tokens=[PAD, UNK, BOS, EOS], initial_alphabet=alphabet, limit_alphabet=4000, show_progress=False
    )
    tokenizer.train_from_iterator((t for t in corpus for _ in range(weights.get(t, 1))), trainer)
    ids = [(t, tokenizer.token_to_id(t)) for t in (BOS, EOS)]
    tokenizer.post_processor = processors.TemplateProcessing(f"{BOS} $A {EOS}", f"{BOS} $A {EOS} $B {EOS}", ids)
    tokenizer.enable_truncation(MAX_LENGTH)
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id(PAD), pad_token=PAD)
    return tokenizer
