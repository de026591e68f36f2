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
wong wang huang
chan chen tan
cheung zhang chang cheong
ng wu eng
lam lin lim
leung liang leong
lee li lei yi
ho he
chow zhou chou chau
cheng zheng chang
kwok guo kuo
tsang zeng tseng
hui xu hsu
tang deng teng
yeung yang yeong
lau liu
yip ye yeh ip
chiu zhao chao
tse xie hsieh
fung feng
siu xiao hsiao
mak mai
so su soo
kwan guan kuan
poon pan pun
choi cai tsai
tam tan tham
yuen yuan ruan
fong fang
law luo lo
chu zhu choo
chung zhong
tsui cui xu
kong jiang kiang
kim gim
park pak bak
choe choi
jung jeong chung
nguyen nguyn
tran chan
hoang huynh
`
