/** The rest of the alphabet. */
export const laterEuropeanFamilies = `
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
`
