/**
 * What people and models pass as `near`, in some 40 languages, and what is right. Written from knowledge of the world before
 * any answer was looked at. It is frozen: an expectation changes only where it was wrong in fact, and the commit says so.
 *
 * One question a line: the text, what is right, and perhaps the country that the host tells.
 */
export interface NearQuestion {
  readonly text: string;
  /** "ask": the user has to say more. "here": as if left out, so the host's point, or a question where nothing is known. */
  readonly expected: "ask" | "here" | { readonly latitude: number; readonly longitude: number };
  /** Whether "not known" is right, too: the data need not have it. */
  readonly mayBeUnknown: boolean;
  readonly withinKm: number;
  /** ISO 3166-1 alpha-2. */
  readonly hostCountry: string | undefined;
}

const WITHIN_KM = 25;

const QUESTIONS = `
# Towns, as written in their own languages
Lille | 50.63 3.06
Grenoble, Isère | 45.19 5.72
Mülheim an der Ruhr | 51.43 6.88
Würzburg, Bayern | 49.79 9.93
Wrocław, Polska | 51.11 17.03
Ostrava, Česko | 49.83 18.28
Košice | 48.72 21.26
Szeged | 46.25 20.15
Pécs, Magyarország | 46.07 18.23
Cluj-Napoca | 46.77 23.60
Iași, România | 47.16 27.59
Пловдив | 42.15 24.75
Скопје | 42.00 21.43
Нови Сад | 45.25 19.84
Новосибирск | 55.03 82.92
Ростов-на-Дону, Россия | 47.23 39.71
Харків | 49.99 36.23
Одеса, Україна | 46.48 30.73
Камʼянське | 48.51 34.61
Мінск | 53.90 27.57
თბილისი | 41.69 44.80
Երևան | 40.18 44.51
Πάτρα | 38.24 21.73
Ηράκλειο, Κρήτη | 35.34 25.13
İzmir, Türkiye | 38.41 27.14
Diyarbakır | 37.91 40.22
حيفا | 32.82 34.99
الدار البيضاء | 33.59 -7.62
الإسكندرية | 31.20 29.92
جدة | 21.54 39.20
كراچي | 24.86 67.01
مشهد | 36.30 59.61
اصفهان | 32.65 51.67
באר שבע | 31.25 34.79
חיפה, ישראל | 32.82 34.99
मुंबई | 19.07 72.88
जयपुर | 26.92 75.82
কলকাতা | 22.56 88.36
চট্টগ্রাম | 22.34 91.83
சென்னை | 13.08 80.27
เชียงใหม่ | 18.79 98.98
ภูเก็ต | 7.89 98.40
Đà Nẵng | 16.07 108.22
Thành phố Hồ Chí Minh | 10.82 106.63
Bandung, Jawa Barat | -6.92 107.61
Cebu City | 10.32 123.90
神戸市 | 34.69 135.18
広島 | 34.40 132.45
龍ヶ崎 | 35.90 140.18
茅ヶ崎市 | 35.33 139.40
東京都新宿区 | 35.69 139.70
大阪府堺市 | 34.57 135.48
北海道函館市 | 41.78 140.74
西安 | 34.26 108.93
杭州市 | 30.29 120.16
浙江省宁波市 | 29.88 121.55
高雄市 | 22.62 120.31
대구 | 35.87 128.59
제주시 | 33.51 126.52
경기도 수원시 | 37.29 127.01
Ulaanbaatar | 47.91 106.88
Алматы | 43.25 76.95
Toshkent | 41.26 69.22
Dar es Salaam | -6.82 39.27
Kisumu, Kenya | -0.10 34.76
Jyväskylä | 62.24 25.75
Turku, Suomi | 60.45 22.27
Västerås, Sverige | 59.62 16.55
Århus, Danmark | 56.16 10.21
Trondheim, Norge | 63.43 10.40
Akureyri | 65.68 -18.10
Eindhoven, Nederland | 51.44 5.48
's-Gravenhage | 52.08 4.30
Brugge | 51.21 3.22
Anvers, Belgique | 51.22 4.40
Donostia | 43.31 -1.97
A Coruña | 43.37 -8.40
Palma de Mallorca | 39.57 2.65
Coimbra, Portugal | 40.21 -8.42
Florianópolis | -27.60 -48.55
Belo Horizonte, MG | -19.92 -43.94
Ribeirão Preto, São Paulo | -21.18 -47.81
Rosario, Argentina | -32.95 -60.64
Valparaíso, Chile | -33.04 -71.63
Monterrey, Nuevo León, México | 25.67 -100.31
Mérida, Yucatán | 20.97 -89.62
Catania, Sicilia, Italia | 37.50 15.09
Bolzano | 46.49 11.34
Kaunas, Lietuva | 54.90 23.91
Tartu, Eesti | 58.38 26.73
Galway, Ireland | 53.27 -9.05
Swansea, Wales | 51.62 -3.94
# Names of cities in the languages of others
Mailand | 45.46 9.19
Londres | 51.51 -0.13
Wenen | 48.21 16.37
Viena | 48.21 16.37
Aix-la-Chapelle | 50.78 6.08
Ratisbonne | 49.02 12.10
Kopenhagen | 55.68 12.57
Варшава | 52.23 21.01
Лондон | 51.51 -0.13
巴黎 | 48.86 2.35
パリ | 48.86 2.35
뉴욕 | 40.71 -74.01
ロンドン | 51.51 -0.13
لندن | 51.51 -0.13
نيويورك | 40.71 -74.01
Nueva York | 40.71 -74.01
Nowy Jork | 40.71 -74.01
Estambul | 41.01 28.95
Lisbona | 38.72 -9.13
Praag | 50.09 14.42
# The most prominent of a name, and the host's country among equals
Newcastle | 54.98 -1.61 | GB
Newcastle, UK | 54.98 -1.61
Newcastle, England | 54.98 -1.61
Newcastle, Australia | -32.93 151.78
Waterloo, London | 51.50 -0.11 ?
Waterloo Station | 51.50 -0.11 ? | GB
Waterloo, Ontario | 43.47 -80.52
Waterloo, Iowa | 42.49 -92.34
Soho | 51.51 -0.13 ? | GB
Soho, London | 51.51 -0.13 ?
Euston | 51.53 -0.13 ? | GB
Atocha | 40.41 -3.69 ? | ES
Madrid Atocha | 40.41 -3.69
Cambridge | 52.21 0.12 | GB
Cambridge | 42.37 -71.11 | US
Durham | 54.78 -1.58 | GB
Durham | 35.99 -78.90 | US
Granada | 37.19 -3.61
Valencia | 39.47 -0.38
León | ask
Victoria | ask
San José | ask
San Fernando | ask
Georgetown | ask
Springfield, USA | ask
Washington | 38.90 -77.04
Kingston | 17.99 -76.79
Hamilton, Ontario | 43.26 -79.87
Hamilton, New Zealand | -37.79 175.28
Hyderabad | 17.39 78.48
Hyderabad, Pakistan | 25.39 68.37
Memphis | 35.15 -90.05
Boston | 42.36 -71.06
Boston, Lincolnshire | 52.98 -0.02
Manchester | 53.48 -2.24
Manchester, NH | 42.99 -71.46
Bergen | 60.39 5.32
Melbourne | -37.81 144.96
Mainz | 50.00 8.27
Freiburg | 47.99 7.85
Reading | 51.45 -0.97 | GB
Worcester, MA | 42.26 -71.80
Worcester, South Africa | -33.65 19.45
Tripoli, Lebanon | 34.44 35.84
Cartagena, Colombia | 10.40 -75.51
Cartagena, Spain | 37.61 -0.99
Guadalajara, Spain | 40.63 -3.17
Puebla | 19.04 -98.20
Bonn | 50.73 7.10
# Abbreviations and other spellings
Sto. Domingo | 18.49 -69.93
Sta. Cruz de Tenerife | 28.47 -16.25
Sta. Monica, CA | 34.02 -118.49
Sta Barbara, California | 34.42 -119.70
N. Little Rock, AR | 34.77 -92.27
N Las Vegas, NV | 36.20 -115.12
E. Lansing, Michigan | 42.74 -84.48
W. Palm Beach, Fla. | 26.71 -80.05
S. San Francisco, Calif. | 37.65 -122.41
St Paul, Minn. | 44.95 -93.09
Portland, Ore. | 45.52 -122.68
Boston, Mass. | 42.36 -71.06
Philadelphia, Penn. | 39.95 -75.16
Chicago, United States of America | 41.88 -87.63
Seattle, U.S.A. | 47.61 -122.33
Austin, Tex. | 30.27 -97.74
Frankfurt a. M. | 50.11 8.68
Frankfurt a.M. | 50.11 8.68
Frankfurt/Oder | 52.34 14.55
Halle a. d. Saale | 51.48 11.97
Neustadt a. d. Weinstraße | 49.35 8.14
Rothenburg o.d. Tauber | 49.38 10.18
Offenbach a.M. | 50.10 8.77
St. Pölten | 48.20 15.63
Ste-Foy, Québec | 46.79 -71.29 ?
Mt. Vernon, NY | 40.91 -73.83
Ft. Lauderdale | 26.12 -80.14
Pt. Arthur, TX | 29.90 -93.94
Honolulu, Hawaiʻi | 21.31 -157.86
Kāneʻohe | 21.41 -157.80
Lahaina, HI | 20.88 -156.68
OFallon, IL | 38.59 -89.91
O’Fallon, Missouri | 38.81 -90.70
Coeur d'Alene | 47.68 -116.78
Winston Salem, NC | 36.10 -80.24
Stoke on Trent | 53.00 -2.19
Bury St. Edmunds | 52.25 0.71
LA | 34.05 -118.24
L.A. | 34.05 -118.24
SF | 37.77 -122.42 ?
D.C. | 38.90 -77.04 ?
KL | 3.14 101.69 ?
HK | 22.28 114.16 ?
Philly | 39.95 -75.16 ?
Rio | -22.91 -43.18 ?
NYC, NY | 40.71 -74.01
CDMX | 19.43 -99.13 ?
Petersburg, Russia | 59.94 30.31 ?
Питер | 59.94 30.31 ?
HCMC | 10.82 106.63 ?
# Ways to say that it is near a town
near Lyon | 45.75 4.85
in Lyon | 45.75 4.85
around Toulouse | 43.60 1.44
Lyon city centre | 45.75 4.85
downtown Seattle | 47.61 -122.33
central Manchester | 53.48 -2.24
city center, Denver | 39.74 -104.98
Innenstadt Köln | 50.93 6.95
Stadtmitte Stuttgart | 48.78 9.18
Dresden Zentrum | 51.05 13.74
centre-ville de Nantes | 47.22 -1.55
centre ville, Rennes | 48.11 -1.67
centro de Sevilla | 37.38 -5.97
centro storico, Firenze | 43.77 11.25
bei Hannover | 52.37 9.73
in der Nähe von Bremen | 53.08 8.81
près de Dijon | 47.32 5.04
cerca de Zaragoza | 41.65 -0.88
perto de Braga | 41.55 -8.42
vicino a Verona | 45.44 10.99
центр Казани | 55.79 49.12 ?
札幌駅周辺 | 43.07 141.35 ?
the city of Leeds | 53.80 -1.55
I'm in Madrid | 40.42 -3.70
somewhere in Prague | 50.09 14.42
Greater London | 51.51 -0.13 ?
Chicago area | 41.88 -87.63
Bay Area | 37.8 -122.3 ?
München und Umgebung | 48.14 11.58 ?
ville de Bordeaux | 44.84 -0.58
Stadt Kassel | 51.32 9.50
# Districts
Shibuya | 35.66 139.70 ?
Ginza | 35.67 139.77 ?
新宿 | 35.69 139.70 ?
渋谷 | 35.66 139.70 ?
Myeongdong | 37.56 126.98 ?
강남 | 37.50 127.03 ?
Kreuzberg, Berlin | 52.50 13.40 ?
Schwabing, München | 48.16 11.58 ?
Trastevere, Roma | 41.89 12.47 ?
Camden Town, London | 51.54 -0.14 ?
Shoreditch | 51.52 -0.08 ?
Harlem, New York | 40.81 -73.95 ?
Brooklyn, NY | 40.65 -73.95
South Beach, Miami | 25.78 -80.13 ?
Hollywood, Los Angeles | 34.10 -118.33 ?
Copacabana, Rio de Janeiro | -22.97 -43.19 ?
Palermo, Buenos Aires | -34.58 -58.43 ?
Bondi Beach | -33.89 151.27 ?
Sultanahmet, İstanbul | 41.01 28.98 ?
三里屯 | 39.93 116.45 ?
# Stations
Gare du Nord | 48.88 2.36
Gare de Lyon | 48.84 2.37
gare Montparnasse, Paris | 48.84 2.32
Victoria Station, London | 51.49 -0.14 ?
Victoria Station | 51.49 -0.14 ? | GB
St Pancras International | 51.53 -0.13
King's Cross station | 51.53 -0.12
Edinburgh Waverley | 55.95 -3.19
Frankfurt (Main) Hbf | 50.11 8.66
Hauptbahnhof Leipzig | 51.35 12.38
Köln Hauptbahnhof | 50.94 6.96
Bahnhof Zoo, Berlin | 52.51 13.33 ?
Stazione Termini, Roma | 41.90 12.50
Stazione di Bologna Centrale | 44.51 11.34
Estación de Santa Justa, Sevilla | 37.39 -5.98 ?
Barcelona Sants | 41.38 2.14
Utrecht Centraal | 52.09 5.11
Gent-Sint-Pieters | 51.04 3.71
Union Station | ask
Union Station, Chicago | 41.88 -87.64 ?
Penn Station, New York | 40.75 -73.99 ?
Grand Central | 40.75 -73.98 ?
Grand Central Terminal, NYC | 40.75 -73.98 ?
Shibuya Station | 35.66 139.70 ?
東京駅 | 35.68 139.77 ?
Zoologischer Garten | 52.51 13.33 ?
Казанский вокзал, Москва | 55.77 37.66 ?
Wien Westbahnhof | 48.20 16.34
Warszawa Centralna | 52.23 21.00
Praha hlavní nádraží | 50.08 14.44
# Airports
La Guardia airport | 40.78 -73.87
LaGuardia | 40.78 -73.87
OHare | 41.98 -87.90
O'Hare | 41.98 -87.90
O'Hare Airport, Chicago | 41.98 -87.90
Newark airport | 40.69 -74.17
Heathrow Terminal 5 | 51.47 -0.46 ?
Flughafen Zürich | 47.46 8.55
Aéroport de Nice | 43.66 7.21
aeropuerto de Málaga | 36.67 -4.49
aeroporto di Malpensa | 45.63 8.72
lotnisko Chopina | 52.17 20.97 ?
Аэропорт Шереметьево | 55.97 37.41 ?
羽田空港 | 35.55 139.78 ?
成田国際空港 | 35.77 140.39
인천국제공항 | 37.46 126.44
北京首都国际机场 | 40.08 116.58 ?
مطار دبي | 25.25 55.36 ?
Sabiha Gökçen | 40.90 29.31
Schiphol Airport | 52.31 4.76
Gatwick Airport, London | 51.15 -0.19
DXB | 25.25 55.36
NRT | 35.77 140.39
MUC | 48.35 11.79
KJFK | 40.64 -73.78
GRU airport | -23.43 -46.47
the nearest airport | ask
airport | ask
Flughafen | ask
international airport | ask
# Landmarks: known, or not
Big Ben | 51.50 -0.12 ?
Times Square | 40.76 -73.99 ?
Central Park, NYC | 40.78 -73.97 ?
Taj Mahal | 27.17 78.04 ?
Stonehenge | 51.18 -1.83 ?
White House | 38.90 -77.04 ?
Eiffel Tower | 48.86 2.29 ?
Tour Eiffel, Paris | 48.86 2.29 ?
Brandenburger Tor | 52.52 13.38 ?
Colosseo | 41.89 12.49 ?
Sagrada Familia, Barcelona | 41.40 2.17 ?
Statue of Liberty | 40.69 -74.04 ?
Golden Gate Bridge | 37.82 -122.48 ?
Niagara Falls | 43.09 -79.08
Disneyland Paris | 48.87 2.78
Mount Everest | 27.99 86.93 ~60 ?
Machu Picchu | -13.16 -72.54 ?
Red Square, Moscow | 55.75 37.62 ?
Красная площадь | 55.75 37.62 ?
Kremlin | 55.75 37.62 ?
Louvre | 48.86 2.34 ?
東京タワー | 35.66 139.75 ?
天安门 | 39.91 116.40 ?
Museum of Modern Art | 40.76 -73.98 ?
Empire State Building | 40.75 -73.99 ?
# Addresses
10 Downing Street, London | 51.51 -0.13
350 5th Ave, New York, NY 10118 | 40.75 -73.99
1600 Pennsylvania Ave NW, Washington, DC 20500 | 38.90 -77.04
1 Infinite Loop, Cupertino, CA 95014, USA | 37.33 -122.03
Unter den Linden 77, 10117 Berlin | 52.52 13.38
Marienplatz 1, 80331 München, Deutschland | 48.14 11.58
5 Avenue Anatole France, 75007 Paris, France | 48.86 2.29
12 rue de la République, 69002 Lyon | 45.76 4.84
Calle de Alcalá 48, 28014 Madrid | 40.42 -3.69
Via del Corso 12, 00186 Roma | 41.90 12.48
Piazza del Duomo, Milano | 45.46 9.19
Damrak 1, 1012 LG Amsterdam | 52.38 4.90
Bahnhofstrasse 1, 8001 Zürich | 47.37 8.54
Stephansplatz 3, 1010 Wien, Österreich | 48.21 16.37
Drottninggatan 5, 111 51 Stockholm | 59.33 18.06
ul. Marszałkowska 10, 00-590 Warszawa | 52.22 21.02
Václavské náměstí 1, 110 00 Praha | 50.08 14.43
ул. Арбат 10, Москва | 55.75 37.60
Avenida Paulista 1578, São Paulo | -23.56 -46.66
221B Baker Street, London NW1 6XE | 51.52 -0.16
100 Queen St W, Toronto, ON M5H 2N2 | 43.65 -79.38
1 Macquarie St, Sydney NSW 2000 | -33.86 151.21
東京都千代田区丸の内1丁目 | 35.68 139.76 ?
1-1 Marunouchi, Chiyoda, Tokyo | 35.68 139.76
Main Street | ask
Bahnhofstraße 12 | ask
# Postal codes
94103-1234 | 37.77 -122.41
10115 | ask | DE
75001 | ask | FR
28014 | ask | ES
00186 | ask | IT
10118 | 40.75 -73.99 ? | US
60614 | 41.92 -87.65 | US
Cambridge, MA 02139 | 42.37 -71.11
Mountain View, CA 94043 | 37.39 -122.08
Beverly Hills 90210 | 34.07 -118.40
90210 Beverly Hills | 34.07 -118.40
Austin TX 78701 | 30.27 -97.74
75001 Paris | 48.86 2.35
10115 Berlin | 52.52 13.41
D-80331 München | 48.14 11.58
1010 Wien | 48.21 16.37
CH-8001 Zürich | 47.37 8.54
SW1A 1AA, London | 51.51 -0.13
London SW1A 1AA | 51.51 -0.13
EC1A 1BB London | 51.51 -0.13
M5V 3L9, Toronto | 43.65 -79.38
2000 Sydney | -33.87 151.21
1012 Amsterdam | 52.37 4.89
00-001 Warszawa | 52.23 21.01
28001 Madrid, España | 40.42 -3.70
110001 New Delhi | 28.61 77.21
〒100-0001 東京 | 35.69 139.69
SW1A 1AA | 51.50 -0.14 ?
MIDLAND, MI, 48642, US | 43.62 -84.25
20121 Milano, Italy | 45.46 9.19
# Typos: told if taken
Amsteram | 52.37 4.89
Bruselles | 50.85 4.35
Barcelone | 41.39 2.16
Los Angles | 34.05 -118.24
Chcago, IL | 41.88 -87.63
Melborne | -37.81 144.96
Edinbrugh | 55.95 -3.20
Müchen | 48.14 11.58
Marsielle | 43.30 5.37
Bordeux | 44.84 -0.58
Florenz | 43.77 11.25
Новосибрск | 55.03 82.92
Copenhagn | 55.68 12.57
Johanesburg | -26.20 28.04
Cinncinati | 39.10 -84.51
Pittsburg, PA | 40.44 -80.00 ?
Albuquerqe | 35.08 -106.65
Reykjavk | 64.14 -21.90
# Coordinates
(48.857, 2.351) | 48.857 2.351
[48.857, 2.351] | 48.857 2.351
40.7128, −74.0060 | 40.713 -74.006
40.7128,-74.0060 | 40.713 -74.006
40.7128 -74.0060 | 40.713 -74.006
40.7128;-74.0060 | 40.713 -74.006
48°51'24"N 2°21'03"E | 48.857 2.351
48° 51′ 24″ N, 2° 21′ 3″ E | 48.857 2.351
N 48° 51.4' E 2° 21.05' | 48.857 2.351
N48.857 E2.351 | 48.857 2.351
33°51'54.5"S 151°12'34.4"E | -33.865 151.210
33.8688 S, 151.2093 E | -33.869 151.209
S 33.8688, E 151.2093 | -33.869 151.209
2.35E, 48.85N | 48.85 2.35
lat: 48.857, lon: 2.351 | 48.857 2.351
lat=48.857&lon=2.351 | 48.857 2.351
latitude 48.857 longitude 2.351 | 48.857 2.351
lon: 2.351, lat: 48.857 | 48.857 2.351
{"lat": 48.857, "lng": 2.351} | 48.857 2.351
geo:48.857,2.351 | 48.857 2.351
geo:48.857,2.351?z=15 | 48.857 2.351
48,857 2,351 | 48.857 2.351
４８．８５７，２．３５１ | 48.857 2.351
48.857° 2.351° | 48.857 2.351
+48.857 +002.351 | 48.857 2.351
-33.8688 S, 151.2093 E | -33.869 151.209
-33.8688 N, 151.2093 E | ask
91.5, 20.1 | ask
48.857, 200 | ask
48°75'00"N 2°21'03"E | ask
https://www.google.com/maps/@48.857,2.351,15z | 48.857 2.351
https://www.google.com/maps/place/Eiffel+Tower/@48.8584,2.2945,17z/data=!3m1 | 48.858 2.294
https://maps.google.com/?q=48.857,2.351 | 48.857 2.351
https://www.openstreetmap.org/#map=15/48.8570/2.3510 | 48.857 2.351
https://maps.apple.com/?ll=48.857,2.351 | 48.857 2.351
8FW4V75V+8Q | 48.858 2.294
# Words for here, and for nothing
here | here
near me | here
nearby | here
current location | here
my location | here
where I am | here
around here | here
me | here
hier | here
in der Nähe | here
mein Standort | here
ici | here
près de moi | here
ma position | here
aquí | here
cerca de mí | here
mi ubicación | here
aqui | here
perto de mim | here
qui | here
vicino a me | here
hier in de buurt | here
här | here
her | here
tutaj | here
w pobliżu | here
zde | here
itt | here
aici | here
burada | here
yakınımda | here
здесь | here
рядом со мной | here
тут | here
εδώ | here
هنا | here
بالقرب مني | here
اینجا | here
כאן | here
यहाँ | here
ที่นี่ | here
ở đây | here
di sini | here
ここ | here
現在地 | here
近く | here
附近 | here
我的位置 | here
여기 | here
내 위치 | here
hapa | here
home | here
my house | here
my hotel | here
work | here
null | here
undefined | here
None | here
unknown | here
n/a | here
string | here
true | here
test | here
user | here
user's location | here
anywhere | here
location | here
local | here
auto | here
? | here
# Common words, brands, nonsense, and what is too large
hotel | ask
restaurant | ask
Walmart | ask
McDonald's | ask
Starbucks | ask
city centre | ask
the beach | ask
supermarket | ask
Europe | ask
world | ask
planet Earth | ask
Mars | ask
France | ask
California | ask
Österreich | ask
中国 | ask
qwertz uiop | ask
Zzyzxville | ask
blablabla | ask
how are you | ask
12345678901 | ask
the moon | ask
Gotham City | ask
Hogwarts | ask
mi casa | ask
chez moi | ask
# A second set, of 65 texts, written later and also before any answer was looked at
Gdańsk | 54.35 18.65
Lviv, Ukraine | 49.84 24.03
Genua | 44.41 8.93
Laibach | 46.06 14.51 ?
Krung Thep | 13.75 100.50 ?
بغداد، العراق | 33.31 44.37
قاهرة | 30.04 31.24 ?
תל אביב | 32.08 34.78
서울특별시 강남구 | 37.57 126.98
成都市 | 30.57 104.07
京都府京都市 | 35.01 135.77
Thessaloniki | 40.64 22.94
Bogota DC | 4.71 -74.07
Sao Paulo, Brasil | -23.55 -46.63
Quebec City | 46.81 -71.21
Saint-Étienne, Loire | 45.43 4.39
Lincoln, Nebraska | 40.81 -96.68
Lincoln | 53.23 -0.54 | GB
Birmingham | 33.52 -86.80 | US
Perth, Scotland | 56.40 -3.43
Santiago | -33.45 -70.66
Paris, TX | 33.66 -95.56
Athens, Georgia | 33.95 -83.38
Medan, Sumatera Utara | 3.59 98.67
Regensburg, Bayern | 49.02 12.10
Palermo, Sicilia | 38.12 13.36
Porto Alegre - RS | -30.03 -51.23
Surabaya, Jawa Timur, Indonesia | -7.25 112.75
Kraków, małopolskie | 50.06 19.94
200 Larkin St, San Francisco, CA 94102 | 37.78 -122.42
Kurfürstendamm 26, 10719 Berlin | 52.50 13.33
Rua Augusta 100, 1100-053 Lisboa | 38.71 -9.14
ул. Ленина 5, Екатеринбург | 56.84 60.60
Karl Johans gate 1, 0154 Oslo | 59.91 10.75
4 Place de la Comédie, 34000 Montpellier | 43.61 3.88
Nørrebrogade 10, 2200 København N | 55.69 12.55
Princes Street, Edinburgh EH2 2ER | 55.95 -3.19
33131 Miami | 25.76 -80.19
02139-4307 | 42.37 -71.11
60311 | ask | DE
1000-001 Lisboa | 38.71 -9.14
Vancoover | 49.28 -123.12
Barcelonna | 41.39 2.16
Phillidelphia | 39.95 -75.16
Стокгольм | 59.33 18.06
Kyiw | 50.45 30.52 ?
right here | here
bei mir in der Nähe | here
autour de ma position | here
где я сейчас | here
cerca de aquí | here
N/A | here
55.7558° N, 37.6173° E | 55.756 37.617
Lat 35.6762, Long 139.6503 | 35.676 139.650
-34.6037,-58.3816 | -34.604 -58.382
asdfghjkl | ask
pizza | ask
Narnia | ask
Gare de l'Est, Paris | 48.88 2.36
Aeroporto de Lisboa | 38.77 -9.13
London Bridge station | 51.505 -0.086 ?
JFK | 40.64 -73.78
O'Hare International Airport | 41.98 -87.90
Newcastle upon Tyne | 54.98 -1.61
Richmond | ask
`;

export const NEAR_QUESTIONS: readonly NearQuestion[] = QUESTIONS.trim()
  .split("\n")
  .filter((line) => !line.startsWith("# "))
  .map((line) => {
    const [text = "", right = "", hostCountry] = line.split(" | ");
    const [, latitude, longitude, km] = /^(\S+) (\S+)(?: ~(\d+))?/.exec(right) ?? [];
    const isPoint = latitude !== undefined;
    return {
      text,
      expected: isPoint
        ? { latitude: Number(latitude), longitude: Number(longitude) }
        : (right as "ask" | "here"),
      mayBeUnknown: right.endsWith("?"),
      withinKm: Number(km ?? WITHIN_KM),
      hostCountry,
    };
  });
