// Which screen is drawn.

import { Banner } from "./components/banner.tsx";
import { KioskContext } from "./components/kiosk_context.ts";
import { Overlays } from "./components/overlays.tsx";
import { TopBar } from "./components/top_bar.tsx";
import { useStrayBadges } from "./components/use_stray_badges.ts";
import type { Kiosk } from "./operator/kiosk.ts";
import { Attention } from "./screens/attention/attention.tsx";
import { Attract } from "./screens/attract/attract.tsx";
import { Brief } from "./screens/brief/brief.tsx";
import { Confirm } from "./screens/confirm/confirm.tsx";
import { Fetched } from "./screens/fetched.tsx";
import { Identify } from "./screens/identify/identify.tsx";
import { Question } from "./screens/question/question.tsx";
import { ResultScreen } from "./screens/result/result.tsx";
import { Resume } from "./screens/resume/resume.tsx";
import { Review } from "./screens/review/review.tsx";
import { Sign } from "./screens/sign/sign.tsx";
import { Tracker } from "./screens/tracker/tracker.tsx";
import { MyWork } from "./screens/work/work.tsx";

export function App({ kiosk }: { kiosk: Kiosk }) {
  const { name } = kiosk.screen.value;
  useStrayBadges();
  return (
    <KioskContext.Provider value={kiosk}>
      <div class={`screen screen-${name}`} data-screen={name}>
        <TopBar />
        <Banner />
        <CurrentScreen kiosk={kiosk} />
      </div>
      <Overlays />
    </KioskContext.Provider>
  );
}

function CurrentScreen({ kiosk }: { kiosk: Kiosk }) {
  const screen = kiosk.screen.value;
  // What is asked is for the screen that sits at the attempt alone.
  const sitting = kiosk.elsewhere.value ? null : kiosk.sitting.value;
  switch (screen.name) {
    case "attract":
      return <Attract />;
    case "identify":
      return (
        <Identify
          key={`${screen.badge}/${screen.person?.id}/${screen.unlocked === true}`}
          badge={screen.badge}
          person={screen.person ?? null}
          locked={screen.locked}
          unlocked={screen.unlocked === true}
        />
      );
    case "confirm":
      return <Confirm />;
    case "work":
      return <MyWork />;
    case "brief":
      return <Brief assignment={screen.assignment} />;
    case "resume":
      return <Resume attempt={screen.attempt} />;
    case "question":
      return sitting === null ? null : <Question sitting={sitting} />;
    case "review":
      return sitting === null ? null : <Review sitting={sitting} />;
    case "sign":
      return sitting === null ? null : <Sign sitting={sitting} again={screen.again ?? false} />;
    case "result":
      return <ResultScreen attempt={screen.attempt} result={screen.result} />;
    case "tracker":
      return <Tracker {...screen} />;
    case "attention":
      return <Attention next={screen.next} />;
    default:
      return <Fetched screen={screen} />;
  }
}
