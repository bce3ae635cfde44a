import { useRef, useState } from "preact/hooks";
import { Button } from "../../components/button.tsx";
import { minutesAndSeconds } from "../../domain/countdown.ts";
import { languageOf, type Texts, textIn } from "../../domain/texts.ts";
import { t, testLanguage } from "../../operator/language.ts";
import { Missing } from "./missing.tsx";

/** A recording that plays when someone asks for it, and as often as they like. */
export function Sound({ audio }: { audio: Texts }) {
  const language = testLanguage.value;
  const source = textIn(audio, language);
  return <Player key={source} source={source} language={languageOf(audio, language)} />;
}

function Player({ source, language }: { source: string; language: string }) {
  const words = t.value.items;
  const player = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  const [at_s, setAt] = useState(0);
  const [length_s, setLength] = useState(0);
  // play() fails where the file cannot be played; the element's error event has said so.
  const play = () => player.current?.play().catch(() => setPlaying(false));
  const again = () => {
    if (player.current !== null) player.current.currentTime = 0;
    void play();
  };
  if (failed) {
    return (
      <Missing icon="sound" onAgain={() => setFailed(false)}>
        {words.sound_failed}
      </Missing>
    );
  }
  return (
    <section class="sound" aria-label={words.sound}>
      {/* biome-ignore lint/a11y/useMediaCaption: what is said stands in the stem */}
      <audio
        ref={player}
        src={source}
        lang={language}
        preload="metadata"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onDurationChange={(event) => setLength(lengthOf(event.currentTarget))}
        onError={() => setFailed(true)}
      />
      <Button
        kind="primary"
        icon={playing ? "pause" : "play"}
        testid="play"
        onPress={() => (playing ? player.current?.pause() : void play())}
      >
        {playing ? words.pause : words.listen}
      </Button>
      <Button icon="again" testid="play-again" onPress={again}>
        {words.again}
      </Button>
      <p class="sound-time">
        <progress max={length_s || 1} value={Math.min(at_s, length_s || 1)} aria-label={words.sound} />
        <span>
          {minutesAndSeconds(Math.floor(at_s))}
          {length_s > 0 ? ` / ${minutesAndSeconds(Math.ceil(length_s))}` : null}
        </span>
      </p>
    </section>
  );
}

function lengthOf(player: HTMLAudioElement): number {
  return Number.isFinite(player.duration) ? player.duration : 0;
}
