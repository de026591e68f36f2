/** Names from Arabic, South Asia, West Africa and eastern Europe, in the form of the others. */
export const worldFamilies = `
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
