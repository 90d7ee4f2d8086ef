"""Image and text towers in one space: CLIP, Chinese CLIP, MetaCLIP 2, SigLIP and SigLIP 2 of fixed size."""

import torch
from transformers import ChineseCLIPModel, CLIPModel, MetaClip2Model, SiglipModel

from exporting.loading import load
from exporting.plan import Graph, Plan, Refused, chosen_layers, layer_names, noise, pixel_axes
from exporting.presets import HALF, OPENAI, cropped, squashed
from exporting.source import Source

CLIPS = {"clip": CLIPModel, "chinese_clip": ChineseCLIPModel, "metaclip_2": MetaClip2Model}


class ImageTower(torch.nn.Module):
    """pixel_values to (embedding, last_hidden_state, hidden states...)."""

    def __init__(self, tower, projection, layers: list[int]) -> None:
        super().__init__()
        self.tower, self.projection, self.layers = tower, projection, layers

    def forward(self, pixel_values):
        seen = self.tower(pixel_values=pixel_values, output_hidden_states=bool(self.layers))
        pooled = seen.pooler_output
        states = [seen.hidden_states[i] for i in self.layers]
        return (self.projection(pooled) if self.projection else pooled, seen.last_hidden_state, *states)


class TextTower(torch.nn.Module):
    """input_ids (and the mask where a family needs one) to the embedding."""

    def __init__(self, tower, projection, first_token: bool) -> None:
        super().__init__()
        self.tower, self.projection, self.first_token = tower, projection, first_token

    def forward(self, input_ids, attention_mask=None):
        mask = {} if attention_mask is None else {"attention_mask": attention_mask}
        read = self.tower(input_ids=input_ids, **mask)
        pooled = read.last_hidden_state[:, 0] if self.first_token else read.pooler_output
        return (self.projection(pooled) if self.projection else pooled,)


def clip_plan(source: Source, layers: str) -> Plan:
    """@raises Refused for layers that the model does not have."""
    model = load(source, CLIPS[source.model_type])
    vision, text = model.config.vision_config, model.config.text_config
    chosen = chosen_layers(layers, vision.num_hidden_layers)
    chinese = source.model_type == "chinese_clip"
    config = {**clean(model.config.to_dict()), "logit_scale": float(model.logit_scale)}
    return Plan(
        family="clip", config=config, tokenizer=source.tokenizer(),
        preprocessor=source.preprocessor() or cropped("CLIPImageProcessor", OPENAI, vision.image_size, vision.image_size),
        graphs=[
            image_graph(
                ImageTower(model.vision_model, model.visual_projection, chosen), vision.image_size,
                ["image_embeds", "last_hidden_state", *layer_names(chosen)], model.visual_projection.weight,
            ),
            text_graph(
                TextTower(model.text_model, model.text_projection, chinese), ids(text, 52 if chinese else text.max_position_embeddings),
                "text_embeds", mask=chinese,
            ),
        ],
    )


def siglip_plan(source: Source, layers: str) -> Plan:
    """@raises Refused for NaFlex checkpoints and for layers that the model does not have."""
    if source.model_type == "siglip2":
        raise Refused(
            f"{source.name} is a NaFlex checkpoint, whose input is a list of patches: export one of fixed size, "
            "such as google/siglip2-base-patch16-224."
        )
    model = load(source, SiglipModel)
    vision, text = model.config.vision_config, model.config.text_config
    chosen = chosen_layers(layers, vision.num_hidden_layers)
    config = {**clean(model.config.to_dict()), "logit_scale": float(model.logit_scale), "logit_bias": float(model.logit_bias)}
    return Plan(
        family="siglip", config=config, tokenizer=source.tokenizer(),
        preprocessor=source.preprocessor() or squashed("SiglipImageProcessor", HALF, vision.image_size, 3),
        graphs=[
            image_graph(
                ImageTower(model.vision_model, None, chosen), vision.image_size,
                ["pooler_output", "last_hidden_state", *layer_names(chosen)],
            ),
            text_graph(TextTower(model.text_model, None, False), ids(text, text.max_position_embeddings), "pooler_output"),
        ],
    )


def image_graph(module, side: int, outputs: list[str], projection=None) -> Graph:
    return Graph(
        path="onnx/vision_model", module=module.eval(), inputs={"pixel_values": noise(2, 3, side, side)}, outputs=outputs,
        axes=pixel_axes(outputs), checks=[{"pixel_values": noise(count, 3, side, side, seed=7 + count)} for count in (1, 3)],
        exact=() if projection is None else (projection,),
    )


def text_graph(module, tokens: torch.Tensor, output: str, mask: bool = False) -> Graph:
    def inputs(rows: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"input_ids": rows, **({"attention_mask": torch.ones_like(rows)} if mask else {})}

    both = {0: "batch_size", 1: "sequence_length"}
    return Graph(
        path="onnx/text_model", module=module.eval(), inputs=inputs(tokens[:2]), outputs=[output],
        axes={name: both for name in inputs(tokens)} | {output: {0: "batch_size"}},
        checks=[inputs(tokens), inputs(tokens[:1])], exact=tuple(p for n, p in module.named_parameters() if n == "projection.weight"),
    )


def ids(text, length: int) -> torch.Tensor:
    """Three rows of ids that end with the end token, because the model pools at that token."""
    drawn = torch.randint(3, text.vocab_size - 3, (3, length), generator=torch.Generator().manual_seed(3))
    end = getattr(text, "eos_token_id", None)
    if isinstance(end, int) and 0 <= end < text.vocab_size:
        for row, at in enumerate((length - 1, length // 2, 4)):
            drawn[row, at:] = end
    return drawn


def clean(config: dict) -> dict:
    return {k: v for k, v in config.items() if not k.startswith("_")}
