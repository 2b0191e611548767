import { fold } from "../../text/tokens.ts";

/** What a column may be for. */
export const TARGETS = [
  "latitude",
  "longitude",
  "point",
  "name",
  "category",
  "id",
  "country",
  "region",
  "city",
  "population",
  "timezone",
  "valid_from",
  "valid_to",
  "other_names",
] as const;

export type Target = (typeof TARGETS)[number];

/** What people call such columns, in common languages, as `columnKey` writes it. The surest names come first. */
const NAMES: Readonly<Record<Target, string>> = {
  latitude:
    "latitude lat latitude_deg lat_deg lat_dd geo_lat gps_lat gps_latitude lat_wgs84 wgs84_lat decimallatitude y y_wgs84 coord_y ycoord breite breitengrad geogr_breite latitud latitudine szerokosc szerokosc_geograficzna breedtegraad latitudes широта 緯度 纬度 위도",
  longitude:
    "longitude lon lng long longitude_deg lon_deg lon_dd lng_dd geo_lon geo_lng geo_long gps_lon gps_lng gps_longitude lon_wgs84 wgs84_lon decimallongitude x x_wgs84 coord_x xcoord lange laenge langengrad laengengrad geogr_lange longitud longitudine dlugosc dlugosc_geograficzna lengtegraad долгота 経度 经度 經度 경도",
  point:
    "geometry geom wkt the_geom geopoint geo_point geo_point_2d point geocoded_column georeference location location_1 latlng lat_lng lat_lon latlon lat_long coordinates coordinate coords coord gps geo position koordinaten koordinate coordenadas coordonnees coordonneesxy coordonnees_xy coordinate_geografiche wspolrzedne координаты 座標 坐标",
  name: "name names_primary title label display_name full_name store_name shop_name venue_name poi_name site_name place_name location_name facility_name station_name stop_name business_name company_name event_name org_name organisation_name organization_name official_name store shop venue poi facility company business event station place bezeichnung benennung titel nom titre intitule libelle denomination enseigne nombre titulo denominacion nome denominazione titolo naam benaming nazwa nazev navn namn nimi название наименование имя 名称 名稱 名前 店名 店舗名 施設名 地名 이름 명칭 상호 الاسم nama ten filiale geschaft laden magasin boutique tienda negozio winkel item_label locationname common_name commonname asset_name branch branch_name outlet nom_station nom_enseigne",
  category:
    "category categories_primary taxonomy_primary fsq_category_labels primary_category main_category category_name category_path categories place_type venue_type poi_type store_type kind type types class subcategory kategorie kategorien typ art branche categorie type_lieu rubrique categoria tipo rubro tipologia soort rodzaj kategoria категория тип вид 分类 类别 類別 種別 種類 カテゴリ カテゴリー ジャンル 업종 종류",
  id: "id source_id sourceid uuid guid gid fid osm_id place_id placeid fsq_place_id fsq_id store_id shop_id venue_id poi_id location_id facility_id station_id stop_id event_id site_id object_id objectid wof_id geonameid geoname_id identifier store_number store_no store_code stop_code kennung kennziffer identifiant identificador identificativo identyfikator 番号 编号 編號 atcocode atco_code naptancode id_pdc_itinerance ident iata_code ref icao key",
  country:
    "country country_code countrycode iso_a2 iso2 iso_country iso_country_code addr_country addresses_0_country land pays pais paese nazione kraj страна 国 国家 国名 국가",
  region:
    "region state province region_name state_province admin1 admin_name1 adm1name admin1_name prefecture county addr_state addresses_0_region bundesland departement provincia regione estado comunidad_autonoma provincie wojewodztwo область регион 県 都道府県 省",
  city: "city town municipality locality city_name commune addr_city addresses_0_locality adm2name stadt ort gemeinde ville ciudad municipio localidad citta comune localita cidade stad gemeente plaats miasto miejscowosc gmina город 市 市区町村 城市 도시",
  population:
    "population pop pop_max einwohner habitants poblacion popolazione populacao inwoners ludnosc население 人口 인구",
  timezone: "timezone time_zone tz zeitzone fuseau_horaire zona_horaria",
  valid_from:
    "valid_from validfrom valid_start gueltig_ab gultig_ab gueltig_von gultig_von starts_at",
  valid_to: "valid_to validto valid_until valid_end gueltig_bis gultig_bis ends_at expires_at",
  other_names:
    "other_names othernames alternatenames alternate_names asciiname nameascii alt_name official_name short_name old_name int_name loc_name local_name aliases alias",
};

const RANKS = new Map(
  TARGETS.map((target) => {
    const names = fold(NAMES[target]).split(" ");
    return [target, new Map(names.map((name, rank) => [name, rank]))] as const;
  }),
);

/** "Store Name" and "storeName" → "store_name"; without accents. */
export function columnKey(column: string): string {
  return fold(column.replace(/(\p{Ll})(\p{Lu})/gu, "$1_$2"))
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_+|_+$/g, "");
}

/** What names a place if nothing else does: whose it is, then where it is, then what it is listed under. */
const NAMES_AT_LAST =
  "brand chain banner operator town village quarter suburb neighbourhood municipality key".split(
    " ",
  );

/** "Park name", "SCHOOLNAME", "nom_du_site". */
const SOME_NAME =
  /(?:name|(?:^|_)(?:nom|nome|nombre|naam|namn|navn|nazwa|title))$|^(?:nom|nombre|nome|naam)_/;
/** The names of something that is no place, or not this one. */
const NAME_OF_OTHER =
  /street|road|stra(?:ss|ß)e|city|town|country|county|state|region|province|district|suburb|locality|neighbou?r|municip|ville|commune|departement|owner|contact|manager|first|last|user|file|author|agency|route|line|network|operat|brand|month|day|sur|domain|host|layer|categor|type|class|kind|language|zone|parent|admin|amenageur|postal|area|unit|field|column|table|species|short|alt|old|nick|family|given|maiden|code|id$/;

/** How sure it is by its name that a column is for a target; 0 is the surest. Undefined if it is not. */
export function rankOf(column: string, target: Target): number | undefined {
  const ranks = RANKS.get(target)!;
  const key = columnKey(column);
  const rank = ranks.get(key);
  if (rank !== undefined) return rank;
  // The name of a part, "lat" of `location.lat` or `geom:lat`, is less sure than the whole name.
  const parts = column.split(target === "other_names" ? "." : /[.:]/);
  const part = columnKey(parts.at(-1)!);
  const partRank = parts.length > 1 ? ranks.get(part) : undefined;
  if (partRank !== undefined) return ranks.size * (parts.length - 1) + partRank;
  return target === "name" ? rankOfSomeName(part) : undefined;
}

const LESS_SURE = 10_000;

function rankOfSomeName(key: string): number | undefined {
  if (SOME_NAME.test(key) && !NAME_OF_OTHER.test(key)) return LESS_SURE;
  const atLast = NAMES_AT_LAST.indexOf(key);
  return atLast < 0 ? undefined : LESS_SURE + 1 + atLast;
}

const TRANSLATED = /^(?:\w+_)?name_(?!id$|no$|nr$)[a-z]{2,3}(?:_[a-z]{2,4})?$/;

/** Whether a column has another name of the place: `name:fr`, `name_zh`, `alt_name`. */
export function isOtherName(column: string): boolean {
  return rankOf(column, "other_names") !== undefined || TRANSLATED.test(columnKey(column));
}
