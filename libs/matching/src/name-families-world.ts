/** The rest of the alphabet, and names from Arabic, South Asia, West Africa and eastern Europe; in the form of the others. */
export const worldFamilies = `
madeleine maddie maddy madeline madelaine madelyn magdalena
madison maddie maddy maddison
magdalena magda madzia lena
malcolm mal
malgorzata margaret gosia malgosia
marcus mark marc marek markus marco
margaret maggie meg peggy greta marge margie megan madge rita margot margarita
maria mary marie mariam maryam marija marysia mia ria maryia mariya
marianne marian mariana
marion marian
mark marc marcus marek marko
martha marta mattie
martin marty marcin marten
mary molly polly may marie maria mae maire
matilda tilly tillie mattie tilda
matthew matt mateusz matty mathew matteo mateo matvey matthias matthieu maciej
maureen mo maura
maximilian max maks maksymilian maxim maxwell maksim
megan meg meggie meghan megs
melanie mel
melissa mel lissa missy
mervyn merv
mia maya miya
michael mick mike mickey michal micky mikey miguel mikhail mykhailo mihai michel mykola
michelle shell chelle shelly
mildred millie milly
miriam mim maryam miryam mariam
mohammed muhammad mohammad mohamed muhammed mohamad mohd md mohamud mohammod muhamed muhamad mehmet mohamoud
molly mollie mary
natalie nat natalia nathalie natalya tally
natasha tasha nat natalia
nathan nate nat nathaniel nathanael
nathaniel nat nate nathan nathanial
neil neal niall nial
niamh neve neave
nicholas nick nicky mikolaj nicolas nico nicky niklas nikolai mykola nikolas
nicola nicky nikki nic nicole nikola
nicole nikki nicki nic nicola
noah noa noe
norman norm
olive ollie
oliver ollie olly olivier oli
olivia liv livvy oliwia livia ollie libby
oscar oskar ozzie
owen owain eoin
pamela pam
patricia pat trish tricia patty patti patrycja
patrick pat paddy patryk padraig
paul pawel pavel pablo paulo paulius
paula polly pauline paulina
penelope penny pen
percival percy
peter pete piotr petr pedro petro piotrek pierre pietro
philip phil phillip pip filip felipe philippe
philippa pippa pip phillipa
phoebe phebe
poppy poppie
priscilla cilla
rachel rachael rach raquel rachelle
ralph rafe ralf rafal
raymond ray
rebecca becky becca bex rebekah bec rebeka
reginald reg reggie
rhiannon rhi
rhys reece reese rees
richard rick dick ricky rich richie ryszard ricardo dickie rychard
robert rob bob bobby robbie bert robin bobbie roberto
roberta bobbie robbie
roderick rod roddy rory
rodney rod
roger rodge
roland roly rolo
ronald ron ronnie
rory ruairi ruairidh ruari rurik
rosalind ros roz
rose rosie rosa roza
rosemary rosie rose
rosie rose rosa rosey
rowan roan
rupert bert
russell russ russel
ruth ruthie rut
ryan rian
sally sal
samantha sam sammy sammi sami
samuel sam sammy samuil sami
sara sarah sally sarra zara
scarlett scarlet
scott scot
sean shaun shawn shane
sebastian seb bastian sebastien baz
shannon shan
sharon shaz shazza
sheila shelagh
shirley shirl
sian shan
sidney sid sydney
simon si szymon simeon
sophia sophie sofia zofia zosia sofie sophy sofiya
spencer spence
stacey stacy
stanley stan stanislaw stas
stella estelle
stephanie steph stefania stephenie stef
stephen steve steven szczepan stefan stevie stephan ste estevan
stuart stewart stu
susan sue susie suzie suzy zuzanna susanna susannah suzanne zuzia suzanna
sylvia sylvie sylwia
tabitha tabby
tamara tammy tamzin
terence terry tel terrence
teresa tess theresa terry tessa terri tereza
theodore theo ted teddy teo teodor
theodora thea dora
thomas tom tommy tomasz tomek tomas tam tomos toms
timothy tim timmy timmothy tymoteusz
toby tobias tobiasz tobey
tracey tracy
trevor trev
tyler ty tylor
ursula urszula ula
valerie val
vanessa nessa
verity vee
veronica ronnie vera weronika nika
victor vic wiktor viktor
victoria vicky tori wiktoria vikki vic vicki toria
vincent vince vinny wincenty vincenzo vinnie
violet vi viola violeta
virginia ginny
vivian viv vivien vivienne
vladimir vlad volodymyr vova
vladislav vlad wladyslaw vladyslav
walter wally walt wat
wendy wen
wesley wes
wilfred wilf wilfrid fred
wilhelmina mina billie willa
william will bill billy liam wills willie gwilym guillermo vilhelm
winifred winnie freda
wojciech wojtek
xavier javier zav
yvonne evonne
zachary zac zack zach zak zachariah zakary zakariya zachery
zoe zoey
abdsalam abdsalaam
abubakar abubakr aboubacar abubaker
adebayo bayo
adeola ola ade
ahmed ahmad ahmet ahmd ahamed achmed
aisha ayesha aysha aishah aicha aesha ayisha ayse
ali aly alli
amir aamir ameer emir
amina aminah ameena ameenah aamina aminata
anas anass
arjun arjan
asma asmaa asmah
ayaan ayan
ayub ayyub ayoub
babatunde tunde
bilal bilaal belal
bushra boshra
chidi chidiebere
chiamaka amaka
chukwuemeka emeka
daud dawood dawud daoud david
deepak dipak
dmitri dmytro dimitri dima dmitry
ehsan ihsan ahsan
fahad fahd
faisal faysal feisal
farah fara
fatima fatimah fatma fatimata fatema fathima fatou fatoumata faatimah
gurpreet guri preet
habib habeeb
hafsa hafsah hafza
halima haleema halimah halimat
hamza hamzah hamsa
harpreet preet harry
hassan hasan hasaan hassaan
hussain hussein husain hossain husayn hussayn hosain hussien houssein
ibrahim ebrahim ibraheem brahim ibrahima abraham
ifeoluwa ife
ikram ikraam
imran emran
isa issa eesa essa
ismail ismael ismaeel esmail ishmael
jamal jamaal jamel djamel
jaspreet jas preet
karim kareem kerim
khadija khadijah khadeeja khadeejah kadija hadiza
khalid khaled halid
krishna krish
laila layla leila leyla lailah
latifa lateefah latifah
mahmud mahmood mahmoud mehmood
malik maalik malek
manpreet preet mandy
mustafa mustapha mostafa moustafa
nabil nabeel
nadia nadiya nadja
nasreen nasrin nasrine
navdeep nav
nur noor nour noora nura
oluwaseun seun
oluwatobi tobi
omar umar omer oumar
osman usman uthman ousmane othman
parveen parvin perveen
rahim raheem rahem
rahman rehman rahmaan
rashid rasheed rachid
rukhsana ruksana roksana
safiya safia safiyya safiyah sofiyah
said saeed sayed saiyed sayeed saied
salim saleem selim
salma selma salmah
samir sameer
samira sameera
sana sanaa
serhii sergei sergey serhiy
shahid shaheed
shakeel shakil
sukhdeep sukh deep
sumaya sumayya sumaiya sumayah
tahir taher
tariq tarik tareq
temitope temi tope
uzma ozma
vikram vik vicky
yahya yahia yehia
yasin yaseen yassin yaseen yasine
yasmin jasmine jasmin yasmine yasmeen jasmina
yevhen evgeny yevgeny eugene
yusuf yousef yusef yousuf youssef joseph yousaf yusaf youcef yosef yusif yusup
zahra zara zahraa zehra
zainab zaynab zeinab zaineb zeynep zenab zaynub
zakaria zakariya zakariyya zachariah zakariah
`

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
