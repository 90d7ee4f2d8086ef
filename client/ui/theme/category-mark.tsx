import './category-mark.css';
import {
  Circle,
  Crop,
  Eye,
  Gauge,
  GraduationCap,
  Image,
  Layers,
  Library,
  type LucideIcon,
  Map as MapIcon,
  Save,
  Scale,
  Tag,
  Type,
  Waypoints,
  Workflow,
} from 'lucide-react';
import { categoryOf, type TintStyle, tintOf } from './ports.tsx';

const ICONS: Readonly<Record<string, LucideIcon>> = {
  image: Image,
  text: Type,
  label: Tag,
  preprocess: Crop,
  encode: Waypoints,
  project: Layers,
  train: GraduationCap,
  compare: Scale,
  evaluate: Gauge,
  explore: MapIcon,
  collection: Library,
  view: Eye,
  output: Save,
  flow: Workflow,
};

/** Sets `--pb-tint` to the colour of a node type's category. */
export const tintStyle = (type: string): TintStyle => ({ '--pb-tint': tintOf(type) });

/** The icon of a node type's category in its colour. Decoration only: the title beside it says the rest. */
export function CategoryMark({ type }: { readonly type: string }) {
  const category = categoryOf(type);
  const Icon = Object.hasOwn(ICONS, category) ? ICONS[category]! : Circle;
  return (
    <span className="pb-category" style={tintStyle(type)} aria-hidden="true">
      <Icon size={13} strokeWidth={2.25} />
    </span>
  );
}
