/** Cantonese spellings of syllables beside the standard ones of Mandarin; a given name of two such is compared by them. */
export const syllables = `
ka jia, kai jie, kit jie, kin jian, kwan jun, ming ming, wing yong, wai wei, man wen, chi zhi, ho hao, hoi hai, hin xuan,
yan xin, yin yan, yuen yuan, yee yi, yi yi, yu yu, sze si, see si, tsz zi, lok le, long lang, chun jun, cheuk zhuo, chung zhong,
fai hui, fung feng, hei xi, hing xing, hung hong, kei qi, keung qiang, king jing, kong gang, kuen quan, kwok guo,
lai li, lam lin, ling ling, mei mei, mui mei, nga ya, ngan yan, pak bo, ping ping, pui pei, sau xiu, shan shan, shing cheng,
shuk shu, shun shun, sing xing, siu xiao, sum xin, suet xue, tak de, tin tian, ting ting, tung dong, wah hua, wan yun,
yat yi, yeung yang, ying ying, yiu yao, yuet yue, yuk yu, yung rong, kam jin, ching qing, chin qian, hon han, lung long
`

/** East-Asian surnames, each line one name in its romanisations. */
export const surnameRomanisations = `
wong wang huang ong ooi
chan chen tan chin
cheung zhang chang cheong
ng wu eng woo goh
lam lin lim
leung liang leong
lee li lei yi
ho he
chow zhou chou chau
cheng zheng chang tay teh
kwok guo kuo kok quek
tsang zeng tseng
hui xu hsu koh
tang deng teng
yeung yang yeong young
lau liu liew lew low
yip ye yeh ip yap
chiu zhao chao
tse xie hsieh chia
fung feng
siu xiao hsiao
mak mai
so su soo
kwan guan kuan
poon pan pun
choi cai tsai chua choy
tam tan tham
yuen yuan ruan
fong fang
law luo lo
chu zhu choo
chung zhong
tsui cui xu
kong jiang kiang
kim gim kam
park pak bak
baek paik
kang gang
yoo yu ryu you
ahn an
roh noh no
sung song soong
sun suen soon
choe choi
jung jeong chung
nguyen nguyn
tran chan
hoang huynh
vu vo
`
