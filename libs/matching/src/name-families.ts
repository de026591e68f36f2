/**
 * Given names that one child may go by in Britain and Europe, each line a family of forms; a form may stand in more than
 * one. Written for this project from common knowledge of names.
 */
export const europeanFamilies = `
aaron arron aron
abigail abbie abby abi abbey abbi
adam ademas adamek
adrian ade adrien
agnes agnieszka aga nessa
aidan aiden ayden aydan
alan allan allen al
albert bert bertie albie alby
alexander alex alec alek alexandre aleksander aleksandr alexandru alejandro alessandro sandy xander zander sasha lex olek
alexandra alex lexi lexie sandra aleksandra ola sasha alexa alessandra alejandra
alexis lexi lexie alexia
alfred alf alfie alfy
alice alicia ali alison allie alys alicja ala
alison allison ali alyson
alistair alasdair alastair alister ali
amanda mandy
amelia amy millie milly mila emelia amelie ami
andrew andy drew andrzej andre andreas andrei andrii andriy jedrek drewie
angela angie ange angelina aniela
angus gus
anne ann anna annie nan ana anya hania ania anka annette
annabel annabelle bella belle anabel
anthony tony antony antoni antek ant antonio anton toni
antonia toni tonia
arabella bella belle ara
archibald archie archy
arthur art artie artur
ashley ash ashleigh ashlee
augustus gus august augustyn
barbara babs basia barbie barb
barnaby barney
barry baz bazza
bartholomew bart bartlomiej bartek bartosz
beatrice bea trixie bee beatrix beata
benedict ben bennie benny
benjamin ben benji benny benjy beniamin
bernadette bernie
bernard bernie
bethany beth bethan bethanie
bradley brad
brandon bran brendon
brian bryan brayan
bridget bridie brigid brygida
brooke brook
caitlin kaitlin katelyn caitlyn kaitlyn kaitlynn
cameron cam kameron cammy
caroline carol carrie carolyn karolina caro karoline
catherine katherine kathryn kate katie cathy kathy kitty cath kat katy katarzyna kasia katya ekaterina kateryna caterina katarina catriona katharine kathrine
cecilia cecily celia cilla
charles charlie chas chuck charley karol carlos karel
charlotte charlie lottie lotte charley char lotty
chloe khloe cloe
christina tina chris chrissie krystyna kristina christine christian
christine chris chrissie tina krystyna kristine
christopher chris kit krzysztof topher kris krzys christophe
clara clare claire klara
clare claire clair klara
clement clem
clifford cliff
connor conor conner konnor
constance connie
cordelia delia
courtney courtenay kourtney
craig kraig
curtis kurtis curt
cynthia cindy
damian damien damon
daniel dan danny daniil danil danylo
danielle dani daniella daniela
darren daz darran
david dave davey dawid davy dai dafydd
deborah debbie deb debra
declan deklan
derek del derrick
diana di dian
dominic dom dominik nick dominick
donald don donnie
dorothy dot dottie dolly dorota
douglas doug dougie
dylan dillon dilan
edith edie
edmund ed eddie ned edmond
edward ed eddie ted teddy ned edek eduard edvard
edwin ed eddie
eileen aileen ailene
elaine laney
eleanor ellie nell nora elinor elle lenny eleonora elly nellie
elizabeth liz lizzie beth betty eliza elsie libby bess elzbieta ela lisa bessie liza betsy elisabeth ellie lib lizzy elspeth
ella ellie elle
ellen nell ellie elen nellie helen
elliot eliot elliott eliott
emily em emmy emmie emilia emilie emelie milly millie
emma em emmy emmie ema
eric erik eryk
ernest ernie
esther hester essie estera
ethan ethen
eugene gene evgeny
eva eve evie ewa evelyn ewelina
evelyn evie eve evelina ewelina
evan ifan euan ewan ewen iwan
ffion fion
finlay finley findlay fin finn finnley
fiona fi
florence flo flossie florrie florencja
frances fran frankie franny franciszka francesca
francesca fran frankie chess cesca frances
francis frank frankie franek franciszek fran francisco
franklin frank frankie
frederick fred freddie freddy fredrick frederic fryderyk
frederica freddie
gabriel gabe gabryel gaby
gabriella gaby gabriela gabby gabrielle ella
gareth gary gaz garry
gary garry gaz
gavin gav
gemma jemma gem
geoffrey geoff jeff jeffrey
george georgie jerzy jurek georg jorge georgi
georgina georgie gina georgia
gerald gerry jerry gerard
gerard gerry gerrard
gillian gill gilly jill jillian
giovanni gianni
gordon gordie
grace gracie
graham graeme grahame
grzegorz gregory greg gregor grzes
guinevere gwen
gwendoline gwen gwendolen
hannah hanna hana hania
harold harry hal harald
harriet harrie hattie hettie harriett harriette
harry harrison
harvey harv harvie
hayley haley hailey haylee
heather hev
helen helena nell lena ellen halina helene
henrietta hettie etta henriette
henry harry hal hank henryk enrique henri
herbert bert herbie
holly hollie
howard howie
hubert bert hugh
hugh huw hughie hugo
humphrey humph
ian iain jan
imogen immy immie imogene
irene irena renie
isaac ike zac izaak isaak zak
isabella isabelle isabel bella izzy ella izabela bel izzie isobel isabela izabella belle iza
isobel isabel izzy ishbel isobelle
isla ayla
ivan iwan vanya
jack jackie john jac jak jacek
jacob jake kuba jakub jacub yakub jakob coby jacek
jacqueline jackie jacqui jacquie
jaime jamie jayme
james jim jimmy jamie jimmie jem jamey
jane janey jayne janie
janet jan
janice jan
jason jay jase
jasper jaspar kasper casper
jayden jaden jaydon jaiden jay
jeffrey jeff geoffrey
jemima mima jem jemma
jennifer jen jenny jenna jenni jennie
jeremiah jem jerry
jeremy jez jem jerry
jessica jess jessie jesica jessika
jill gill jilly
joanna jo joanne joan asia joasia joann johanna
joanne jo joanna joann
jocelyn joss
john johnny jon jan jack jonny johnnie janek jean juan ian johan
jonathan jon jonny jonathon johnathan jonty nathan
jordan jordie jordon jorden
joseph joe joey jozef josef jo jose giuseppe yosef yusuf
josephine jo josie josefina jozefa
joshua josh
judith judy jude judy
julia julie jules julka
julian jules jools julien
juliet jules juliette
justin justyn justas
karen kaz karyn
katrina kat trina katarina
kayleigh kayley kaylee kayla kaleigh
keira kiera kira ciara
kelly kellie kelley
kenneth ken kenny
kevin kev kevyn
kieran kieron ciaran keiran kyran
kimberley kim kimberly kimmy
kirsten kirsty kirstin
kristian kris christian chris krystian
kyle kile
laura laurie lori lara
lauren lauryn loren laurie
laurence lawrence larry laurie lawrie loz
leah lea lia
lee leigh
leo leon leonard leopold lev
leonard len lenny leo leonardo lennie
leslie les lesley
lewis louis lou lewie louie lew ludwik
lillian lily lilly lilian lil lilah liliana
lily lilly lillie lilia
linda lin lindy lynda lyn
louis lou louie luis lewis
louise lou lulu louisa luiza
lucas luke lukasz luka lukas lucasz luca
lucy lucie lucinda lou lucia lucja
luke luka lucas luc
`
