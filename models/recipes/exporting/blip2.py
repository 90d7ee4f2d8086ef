"""BLIP-2: a ViT whose tokens a Q-Former reads with 32 learned queries."""

import torch
from transformers import Blip2VisionModelWithProjection

from exporting.contrastive import clean
from exporting.loading import load, typed_config
from exporting.plan import Graph, Plan, chosen_layers, layer_names, noise, pixel_axes
from exporting.presets import OPENAI, squashed
from exporting.source import Source


class Queries(torch.nn.Module):
    """pixel_values to (normalised projected queries, queries, hidden states of the ViT...)."""

    def __init__(self, model: Blip2VisionModelWithProjection, projected: bool, layers: list[int]) -> None:
        super().__init__()
        self.model, self.projected, self.layers = model, projected, layers

    def forward(self, pixel_values):
        seen = self.model.vision_model(pixel_values=pixel_values, output_hidden_states=bool(self.layers))
        asked = self.model.query_tokens.expand(pixel_values.shape[0], -1, -1)
        queries = self.model.qformer(query_embeds=asked, encoder_hidden_states=seen.last_hidden_state).last_hidden_state
        out = (torch.nn.functional.normalize(self.model.vision_projection(queries), dim=-1),) if self.projected else ()
        return (*out, queries, *(seen.hidden_states[i] for i in self.layers))


def blip2_plan(source: Source, layers: str) -> Plan:
    """Without a trained projection, as in captioning checkpoints, only the queries are exported."""
    model = load(source, Blip2VisionModelWithProjection, typed_config(source), optional=("vision_projection",))
    projected = not any(name.startswith("vision_projection") for name in getattr(model, "missing", ()))
    vision = model.config.vision_config
    chosen = chosen_layers(layers, vision.num_hidden_layers)
    names = [*(["image_embeds"] if projected else []), "last_hidden_state", *layer_names(chosen)]
    module = Queries(model, projected, chosen).eval()
    side = vision.image_size
    preprocessor = source.preprocessor() or squashed("BlipImageProcessor", OPENAI, side, 3)
    return Plan(
        family="blip2", config={**clean(model.config.to_dict()), "model_type": "blip-2"}, licence="MIT for Salesforce's weights",
        preprocessor={**preprocessor, "image_processor_type": "BlipImageProcessor"},
        graphs=[
            Graph(
                path="onnx/model", module=module, inputs={"pixel_values": noise(2, 3, side, side)}, outputs=names,
                axes=pixel_axes(names), checks=[{"pixel_values": noise(1, 3, side, side, seed=31)}],
                exact=(model.vision_projection.weight,) if projected else (),
            )
        ],
        notes=[] if projected else [f"{source.name} has no vision_projection: only the queries are exported; blip2-itm checkpoints have one."],
    )
