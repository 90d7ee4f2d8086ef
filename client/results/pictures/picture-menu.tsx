import { Menu } from '@mantine/core';
import { ChevronRight } from 'lucide-react';
import { Fragment, useEffect, useMemo, useState } from 'react';
import { useBack } from '../../ui/back.ts';
import { keyText } from '../../ui/keys.ts';
import { useLabelSets } from '../../ui/labels/label-sets.ts';
import { useIsNarrow } from '../../ui/narrow.ts';
import { type PlainKey, t, useLanguage } from '../../ui/strings/index.ts';
import { byDigit, runChoice } from './act.ts';
import { type ActedOn, type ActionChoice, actionsFor, type PictureAction } from './actions.ts';
import { CategorySign } from './category-bar.tsx';
import { type OpenMenu, usePictureMenu } from './menu.ts';
import css from './pictures.module.css';

/** Why an action cannot work here. */
function useBlocked({ blocked }: PictureAction): PlainKey | undefined {
  const [why, setWhy] = useState<PlainKey>();
  useEffect(() => {
    let gone = false;
    void blocked?.().then((found) => !gone && setWhy(found));
    return () => {
      gone = true;
    };
  }, [blocked]);
  return why;
}

/** The ways to do something, as entries of a menu. */
export const Choices = ({ choices }: { readonly choices: readonly ActionChoice[] }) =>
  choices.map(({ title, category, run }, at) => (
    <Menu.Item
      key={at}
      leftSection={category && <CategorySign color={category.color} keyName={category.key} />}
      onClick={() => void run()}
    >
      {title}
    </Menu.Item>
  ));

function Entry({ action, on }: { readonly action: PictureAction; readonly on: ActedOn }) {
  const why = useBlocked(action);
  const choices = action.choices(on);
  const icon = <action.icon size={14} aria-hidden />;
  const [key] = action.keys ?? [];
  const isNarrow = useIsNarrow();
  // A narrow window has no room for a second menu beside the first one: the choices take its place.
  if (choices.length > 1 && isNarrow)
    return (
      <Menu.Item
        leftSection={icon}
        rightSection={<ChevronRight size={14} aria-hidden />}
        aria-haspopup="menu"
        closeMenuOnClick={false}
        onClick={() => usePictureMenu.setState(({ menu }) => ({ menu: menu && { ...menu, action } }))}
      >
        {action.title(on)}
      </Menu.Item>
    );
  if (choices.length > 1)
    return (
      // Fixed, because the menu scrolls and would cut it off.
      <Menu.Sub floatingStrategy="fixed" middlewares={{ flip: true, shift: { padding: 8 } }}>
        <Menu.Sub.Target>
          <Menu.Sub.Item leftSection={icon}>{action.title(on)}</Menu.Sub.Item>
        </Menu.Sub.Target>
        <Menu.Sub.Dropdown className={css.choices}>
          <Choices choices={choices} />
        </Menu.Sub.Dropdown>
      </Menu.Sub>
    );
  return (
    <Menu.Item
      leftSection={icon}
      disabled={why !== undefined}
      rightSection={key && <span className={css.keys}>{keyText(key)}</span>}
      onClick={() => runChoice(choices[0])}
    >
      {action.title(on)}
      {why && <span className={css.why}>{t(why)}</span>}
    </Menu.Item>
  );
}

function Shown({ menu }: { readonly menu: OpenMenu }) {
  const { x, y, on, from, action: asked } = menu;
  // Categories can be offered as soon as the list of sets is loaded.
  const isLoaded = useLabelSets((state) => state.loaded);
  const actions = useMemo(() => actionsFor(on), [on, isLoaded]);
  const close = () => {
    usePictureMenu.setState({ menu: null });
    if (from?.isConnected) from.focus({ preventScroll: true });
  };
  useBack(true, close);
  return (
    <Menu
      opened
      onChange={(opened) => !opened && close()}
      position="bottom-start"
      offset={2}
      // It stays inside the window, over the pointer if need be.
      middlewares={{ flip: true, shift: { crossAxis: true, padding: 8 } }}
      width={250}
      withinPortal
      zIndex={520}
      returnFocus={false}
      withInitialFocusPlaceholder={false}
      transitionProps={{ duration: 0 }}
    >
      <Menu.Target>
        <span className={css.anchor} style={{ left: x, top: y }} />
      </Menu.Target>
      <Menu.Dropdown
        className={css.menu}
        aria-label={asked ? asked.title(on) : t('pictures.menu')}
        data-picture-menu
        onPointerDown={(event) => event.stopPropagation()}
        onContextMenu={(event) => event.preventDefault()}
        onKeyDown={(event) => {
          // The keys beside the categories work in the menu too.
          const sorted = asked?.id === 'move' ? byDigit(on, event.nativeEvent) : undefined;
          if (!sorted) return;
          event.preventDefault();
          event.stopPropagation();
          close();
          sorted();
        }}
      >
        {asked ? (
          <Choices choices={asked.choices(on)} />
        ) : (
          actions.map((action, at) => (
            <Fragment key={action.id}>
              {at > 0 && actions[at - 1]?.group !== action.group && <Menu.Divider />}
              <Entry action={action} on={on} />
            </Fragment>
          ))
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The menu of pictures and texts in results. */
export function PictureMenu() {
  const menu = usePictureMenu((state) => state.menu);
  useLanguage();
  return menu && <Shown key={`${menu.x},${menu.y}`} menu={menu} />;
}
