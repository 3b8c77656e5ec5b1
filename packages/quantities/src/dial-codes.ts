// How phone numbers are written at home: a country's code, and what a number at home begins with.
// A utility's country is known by its zone. Facts of ITU-T E.164 and E.129 (national numbering).

/** `drop`: a leading 0 that is not part of the number; `keep`: it is; `none`: no leading 0. */
type Trunk = 'drop' | 'keep' | 'none';
export type DialPlan = { readonly code: string; readonly trunk: Trunk };

const plans: Readonly<Record<Trunk, string>> = {
  drop: `Africa/Johannesburg 27, Africa/Windhoek 264, Africa/Harare 263, Africa/Lusaka 260,
    Africa/Blantyre 265, Africa/Dar_es_Salaam 255, Africa/Nairobi 254, Africa/Kampala 256,
    Africa/Kigali 250, Africa/Addis_Ababa 251, Africa/Khartoum 249, Africa/Juba 211,
    Africa/Lagos 234, Africa/Accra 233, Africa/Freetown 232, Africa/Monrovia 231,
    Africa/Kinshasa 243, Africa/Lubumbashi 243, Indian/Antananarivo 261, Africa/Cairo 20,
    Africa/Algiers 213, Africa/Casablanca 212, Africa/Tripoli 218, Asia/Kolkata 91,
    Asia/Calcutta 91, Asia/Dhaka 880, Asia/Karachi 92, Asia/Colombo 94, Asia/Kathmandu 977,
    Asia/Jakarta 62, Asia/Makassar 62, Asia/Jayapura 62, Asia/Manila 63, Asia/Ho_Chi_Minh 84,
    Asia/Bangkok 66, Asia/Phnom_Penh 855, Asia/Yangon 95, Asia/Tehran 98, Asia/Baghdad 964,
    Asia/Amman 962, Asia/Beirut 961, Asia/Damascus 963, Asia/Aden 967, Asia/Jerusalem 972,
    Asia/Gaza 970, Asia/Hebron 970, Europe/Istanbul 90, Asia/Tbilisi 995, Asia/Yerevan 374,
    Europe/London 44, Europe/Zurich 41, Europe/Berlin 49, Europe/Paris 33, Europe/Vienna 43,
    Europe/Brussels 32, Europe/Amsterdam 31, Europe/Dublin 353, Europe/Stockholm 46,
    Europe/Bucharest 40, Australia/Sydney 61, Australia/Melbourne 61, Australia/Brisbane 61,
    Australia/Perth 61, Australia/Adelaide 61, Australia/Darwin 61, Pacific/Auckland 64`,
  keep: 'Africa/Abidjan 225, Africa/Brazzaville 242, Africa/Libreville 241, Europe/Rome 39',
  none: `Africa/Maseru 266, Africa/Mbabane 268, Africa/Gaborone 267, Africa/Maputo 258,
    Africa/Bujumbura 257, Africa/Banjul 220, Africa/Dakar 221, Africa/Nouakchott 222,
    Africa/Bamako 223, Africa/Conakry 224, Africa/Ouagadougou 226, Africa/Niamey 227,
    Africa/Lome 228, Africa/Porto-Novo 229, Africa/Douala 237, Africa/Luanda 244,
    Africa/Tunis 216, Indian/Mauritius 230, Pacific/Fiji 679, Pacific/Port_Moresby 675,
    Pacific/Apia 685, Pacific/Tongatapu 676, Pacific/Guadalcanal 677, Pacific/Efate 678,
    Europe/Madrid 34`,
};

const byZone = new Map<string, DialPlan>(
  (['drop', 'keep', 'none'] as const).flatMap((trunk) =>
    plans[trunk].split(',').map((entry): [string, DialPlan] => {
      const [zone = '', code = ''] = entry.trim().split(' ');
      return [zone, { code, trunk }];
    }),
  ),
);

/** Undefined for a zone whose country is not known here: numbers need their country code there. */
export const dialPlanOf = (zone: string): DialPlan | undefined => byZone.get(zone);
