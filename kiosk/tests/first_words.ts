// As the page does before it shows anything: English is the language of the tests until they choose another.

import { chooseLanguage } from "../src/operator/language.ts";

await chooseLanguage("en");
