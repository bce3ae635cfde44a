import { Mark } from "../components/wheel.tsx";

export function Brand() {
  return (
    <p class="brand">
      <Mark />
      <span>Millrace console</span>
    </p>
  );
}
