"""The units of measure, durations, currencies and Chinese classifiers of both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure; ``factor`` turns it into the base unit of its dimension, exactly."""

    dimension: str
    factor: Fraction
    zh: str
    en: str
    """With a final ``(s)`` where the English word takes a plural."""


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency; ``zh`` goes after the number, ``en`` before it unless it begins with a space."""

    zh: str
    en: str


# canonical | dimension | factor | English shown | Chinese forms, shown one first | English forms
# Factors: NIST SP 811 (2008), appendix B; the Chinese 亩 is 1/15 hectare, the 斤 half a kilogram (GB 3100-93).
_UNIT_TABLE = """
m|length|1|m|米,公尺|metres,metre,meters,meter
km|length|1000|km|公里,千米|kilometres,kilometre,kilometers,kilometer,kms,km
cm|length|1/100|cm|厘米,公分|centimetres,centimetre,centimeters,centimeter,cm
mm|length|1/1000|mm|毫米|millimetres,millimetre,millimeters,millimeter,mm
nm|length|1/1000000000|nm|纳米|nanometres,nanometre,nanometers,nanometer,nm
ft|length|0.3048|ft|英尺,呎|feet,foot,ft
in|length|0.0254|inch|英寸,吋|inches,inch
mile|length|1609.344|mile(s)|英里,哩|miles,mile
nmi|length|1852|nautical mile(s)|海里|nautical miles,nautical mile
m2|area|1|sq m|平方米,平方公尺,平米,m2|square metres,square metre,square meters,square meter,sq metres,sq m,sqm,m2
km2|area|1000000|sq km|平方公里,平方千米|square kilometres,square kilometre,square kilometers,square kilometer,sq km,km2
sq ft|area|0.09290304|sq ft|平方英尺,平方呎,平方尺,方呎|square feet,square foot,sq feet,sq ft,sq. ft,sqft,ft2
sq mi|area|2589988.110336|sq mile(s)|平方英里,平方哩|square miles,square mile,sq miles,sq mi
ha|area|10000|hectare(s)|公顷|hectares,hectare,ha
mu|area|10000/15|mu|亩|mu
acre|area|4046.8564224|acre(s)|英亩|acres,acre
t|mass|1000|tonne(s)|吨,公吨|metric tons,metric ton,tonnes,tonne,tons,ton
kg|mass|1|kg|公斤,千克|kilograms,kilogram,kilos,kg
g|mass|1/1000|gram(s)|克|grams,gram
jin|mass|1/2|jin|斤,市斤|jin
lb|mass|0.45359237|lb|磅|lbs,lb
m3|volume|1000|cubic metre(s)|立方米|cubic metres,cubic metre,cubic meters,cubic meter,m3
l|volume|1|litre(s)|升,公升|litres,litre,liters,liter
barrel|volume|158.987294928|barrel(s)|桶|barrels,barrel
kWh|energy|1|kWh|千瓦时,度电|kilowatt-hours,kilowatt hours,kWh
kW|power|1|kW|千瓦|kilowatts,kilowatt,kW
MW|power|1000|MW|兆瓦|megawatts,megawatt,MW
GW|power|1000000|GW|吉瓦|gigawatts,gigawatt,GW
W|power|1/1000|watt(s)|瓦|watts,watt
MB|data|1/1000|MB|MB|megabytes,megabyte,MB
GB|data|1|GB|GB|gigabytes,gigabyte,GB
TB|data|1000|TB|TB|terabytes,terabyte,TB
PB|data|1000000|PB|PB|petabytes,petabyte,PB
celsius|temperature|1|°C|摄氏度,°C|degrees Celsius,degree Celsius,°C
km/h|speed|1|km/h|公里/小时,公里每小时,千米/小时|km/h,kph,kilometres per hour,kilometers per hour
x|multiple|1|times|倍|times,-fold,fold
second|time|1|second(s)|秒,秒钟|seconds
minute|time|60|minute(s)|分钟|minutes,minute,mins,min
hour|time|3600|hour(s)|小时,钟头|hours,hour,hrs,hr
day|time|86400|day(s)|天|days,day
week|time|604800|week(s)|周,星期,礼拜|weeks,week
month|calendar|1|month(s)|个月|months,month
quarter|calendar|3|quarter(s)|个季度|quarters
year|calendar|12|year(s)|年,周年,周岁,岁|years old,year old,years-old,year-old,years,year,yrs,yr
decade|calendar|120|decade(s)|个十年|decades,decade
century|calendar|1200|century|个世纪|centuries
people|count|1|people|人|people,persons
"""

# code | Chinese shown | English shown | forms before the number | forms after it
_CURRENCY_TABLE = """
USD|美元|US$|US$,U.S.$,USD,美金|美元,美金,美圆,US dollars,US dollar,U.S. dollars,American dollars,USD
HKD|港元|HK$|HK$,HKD,港币,港元|港元,港币,港圆,元港币,Hong Kong dollars,Hong Kong dollar,HK dollars,HKD
CNY|元|RMB |RMB,CNY,CN¥,人民币|元人民币,人民币,元,圆,块钱,yuan,renminbi,RMB,CNY
MOP|澳门元|MOP |MOP$,MOP,澳门币|澳门元,澳门币,元澳门币,葡币,Macau patacas,Macao patacas,patacas,pataca,MOP
TWD|新台币|NT$|NT$,TWD,新台币,台币|元新台币,新台币,台币,New Taiwan dollars,NT dollars,TWD
EUR|欧元|€|€,EUR|欧元,euros,euro,EUR
GBP|英镑|£|£,GBP|英镑,pounds sterling,British pounds,pounds,GBP
JPY|日元|JPY |JPY,JP¥|日元,日圆,円,Japanese yen,yen,JPY
KRW|韩元|KRW |₩,KRW|韩元,韩圆,Korean won,won,KRW
SGD|新加坡元|S$|S$,SGD|新加坡元,坡元,新元,Singapore dollars,SGD
AUD|澳元|A$|A$,AU$,AUD|澳元,澳大利亚元,Australian dollars,AUD
CAD|加元|C$|C$,CA$,CAD|加元,加拿大元,Canadian dollars,CAD
CHF|瑞士法郎|CHF |CHF|瑞士法郎,瑞郎,Swiss francs,CHF
INR|印度卢比|₹|₹,INR|印度卢比,卢比,Indian rupees,rupees,INR
RUB|卢布|RUB |₽,RUB|卢布,Russian roubles,roubles,rubles,RUB
THB|泰铢|THB |฿,THB|泰铢,Thai baht,baht,THB
MYR|令吉|RM|RM,MYR|令吉,林吉特,ringgit,MYR
VND|越南盾|VND |₫,VND|越南盾,dong,VND
PHP|菲律宾比索|PHP |₱,PHP|菲律宾比索,Philippine pesos,PHP
MXN|墨西哥比索|MXN |MXN|墨西哥比索,Mexican pesos,MXN
BRL|雷亚尔|R$|R$,BRL|雷亚尔,Brazilian reais,reais,BRL
IDR|印尼盾|IDR |IDR|印尼盾,rupiah,IDR
NOK|挪威克朗|NOK |NOK|挪威克朗,Norwegian kroner,NOK
SEK|瑞典克朗|SEK |SEK|瑞典克朗,Swedish kronor,SEK
DKK|丹麦克朗|DKK |DKK|丹麦克朗,Danish kroner,DKK
CZK|捷克克朗|CZK |CZK|捷克克朗,Czech korunas,CZK
PLN|兹罗提|PLN |PLN|兹罗提,zlotys,zloty,PLN
AED|迪拉姆|AED |AED|迪拉姆,dirhams,AED
SAR|里亚尔|SAR |SAR|里亚尔,riyals,SAR
ZAR|兰特|ZAR |ZAR|兰特,rand,ZAR
GHS|塞地|GHS |GH₵,GHS|塞地,cedis,GHS
ETB|埃塞俄比亚比尔|ETB |ETB|埃塞俄比亚比尔,birr,ETB
NGN|奈拉|₦|₦,NGN|奈拉,naira,NGN
crown|克朗| crowns||克朗,kroner,kronor,crowns
peso|比索| pesos||比索,pesos
franc|法郎| francs||法郎,francs
shilling|先令| shillings||先令,shillings
florin|弗罗林| florins||弗罗林,florins
$||$|$|dollars,dollar
¥||¥|¥|
"""

AMBIGUOUS_CURRENCIES: dict[str, frozenset[str]] = {
    "$": frozenset({"USD", "HKD", "TWD", "SGD", "AUD", "CAD"}),
    "¥": frozenset({"CNY", "JPY"}),
    "crown": frozenset({"NOK", "SEK", "DKK", "CZK"}),
    "peso": frozenset({"PHP", "MXN"}),
    "franc": frozenset({"CHF"}),
}
"""A bare sign or name to the currencies it can stand for."""

_CLASSIFIERS = (
    "人次 架次 梯次 班次 大类 个 家 名 位 间 座 所 条 项 种 次 只 台 辆 套 件 例 批 起 宗 场 届 层 栋 幢 艘 架 颗 棵 株"
    " 匹 户 员 支 枚 张 册 篇 幅 段 款 类 组 群 处 笔 单 盒 瓶 箱 袋 期 部 大 门 份 本 档 趟 轮 集 尊 桌"
).split()
_NOT_CLASSIFIER = {
    "个": "人性体",
    "部": "分委长署队",
    "大": "学厦道量概约小会型气致",
    "门": "户外店",
    "份": "额",
    "本": "身地来土",
    "期": "间望待货刊",
    "处": "理于在",
    "单": "位一独纯",
    "支": "持付撑",
    "组": "成织合",
    "档": "案期次",
    "轮": "船椅胎班流岗",
    "集": "团合中体成市",
    "位": "置于",
    "层": "面次",
    "家": "庭乡",
    "名": "字为称",
    "员": "工",
    "所": "有以谓",
    "项": "目",
    "群": "众",
    "起": "来初点步",
}
"""Characters after which a classifier is really the head of a word: 部分, 大学."""


def _parse_units() -> tuple[dict[str, Unit], dict[str, str]]:
    units: dict[str, Unit] = {}
    forms: dict[str, str] = {}
    for line in _UNIT_TABLE.strip().splitlines():
        key, dimension, factor, en, zh_forms, en_forms = line.split("|")
        chinese = zh_forms.split(",")
        units[key] = Unit(dimension, Fraction(factor), chinese[0], en)
        forms |= dict.fromkeys([form.lower() for form in chinese + en_forms.split(",")], key)
    return units, forms


def _parse_currencies() -> tuple[dict[str, Currency], dict[str, str], dict[str, str]]:
    currencies: dict[str, Currency] = {}
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for line in _CURRENCY_TABLE.strip().splitlines():
        code, zh, en, prefixes, suffixes = line.split("|")
        currencies[code] = Currency(zh, en)
        before |= dict.fromkeys(filter(None, prefixes.lower().split(",")), code)
        after |= dict.fromkeys(filter(None, suffixes.lower().split(",")), code)
    return currencies, before, after


def _any_of(forms: Iterable[str]) -> str:
    """A pattern for any of the forms, the longest first; a Latin form ends where its word ends."""
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    return "|".join(re.escape(form) + ("(?![A-Za-z])" if re.match(r"[A-Za-z]", form[-1]) else "") for form in ordered)


UNITS, UNIT_FORMS = _parse_units()
CURRENCIES, CURRENCY_BEFORE, CURRENCY_AFTER = _parse_currencies()

CURRENCY_SIGN = re.compile(r"(?<![A-Za-z])(?:" + _any_of(CURRENCY_BEFORE) + ")", re.IGNORECASE)
UNIT_WORD = re.compile(_any_of([*UNIT_FORMS, *CURRENCY_AFTER]), re.IGNORECASE)
CLASSIFIER = re.compile(
    "|".join(word + (f"(?![{_NOT_CLASSIFIER[word]}])" if word in _NOT_CLASSIFIER else "") for word in _CLASSIFIERS)
)
