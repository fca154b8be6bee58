"""Words that tell a person's name from other words, where there is no staff list.

NEVER_NAMES are no names even with a capital (departments, roles, days, pronouns); COMMON_WORDS may be names when a
capital inside a sentence says so (Will, May, Grace); GIVEN_NAMES stay names even without a capital among capitals.
"""

from __future__ import annotations

NEVER_NAMES = frozenset(
    """
    a an the this that these those i you he she it we they me him her us them my your his its our their mine yours
    ours theirs who whom whose which what where when why how someone somebody anyone anybody everyone everybody noone
    nobody one ones none all both each every either neither any some another other others same such own self myself
    yourself himself herself themselves ourselves
    and or but if because so than as of at by for with about into through over under from to in on off out up down
    between after before until till since during without within via per not no nor yes yeah yep okay
    is am are was were be been being do does did done have has had having can could shall should would might must
    mr mrs ms miss mx dr sir madam customer customers client clients caller callers guest guests member members user
    users colleague colleagues friend friends folks guys team teams department departments dept division office offices
    desk unit group section branch centre center service services support sales billing accounts account accounting
    accountant payments payment finance payroll hr human resources reception receptionist operator switchboard admin
    administration administrator administrators maintenance facilities security legal compliance marketing
    engineering engineer engineers technician technicians tech technical technology it helpdesk specialist specialists
    expert experts manager managers supervisor supervisors director directors officer officers agent agents assistant
    assistants advisor advisors adviser advisers representative representatives rep reps associate associates
    coordinator consultant consultants counsellor counselor clerk boss lead leader leaders head chief president
    secretary staff employee employees worker workers person people man woman lady gentleman company organisation
    organization firm shop store bank library council school hospital clinic ward doctor nurse pharmacy registrar
    registry admissions dispatch delivery shipping logistics warehouse returns refunds refund claims complaints
    complaint claim fraud retention cancellations cancellation booking bookings reservations reservation orders order
    enquiries enquiry inquiries inquiry information info general public relations quality training onboarding
    monday tuesday wednesday thursday friday saturday sunday january february march july september
    october november december today tomorrow yesterday tonight morning afternoon evening night noon midnight day days
    week weeks month months year years hour hours minute minutes second seconds moment moments
    first third fourth two three four five six seven eight nine ten zero
    extension ext extn tel telephone phone mobile cell email mail fax number numbers line direct website web www
    hello hi hey hiya dear greetings goodbye bye thanks thank please sorry regards sincerely cheers welcome
    name names surname
    number reference ticket case issue problem question request message voice desk hold transfer connect
    """.split()
)

COMMON_WORDS = frozenset(
    """
    able about above absolutely actually afraid again against ago ahead alive almost alone along already also although
    always amazing among angry anything anyway anywhere appointment apologise apologize april area around art aside ask
    asked asking august available aware away awesome back bad balance based basis beautiful because become been begin
    behind believe below beside best better big bill bit black block blue board book booked both box break brief bring
    broken brown brought browser build building built busy but buy cable call called calling calls came card care
    careful cash cause certain certainly chance change changed changing charge chase cheap cheaper check checked
    checking choice clear clearly click close closed closer code coffee cold come comes coming complete completed
    completely computer confirm confirmed confused contact contacting continue control copy correct correctly cost
    country couple course cover covered crash current currently cut daily damaged data date deal deeply definitely
    delay delayed delete delighted deliver depends detail details device difference different difficult dinner
    disappointed discount discuss display done door double doubt download draw drive driver drop due each early earlier
    easily easy eat else emergency empty end ending enough enter entire entirely error especially even eventually ever
    everything everywhere exact exactly example excellent except excited exciting expect expected expecting expensive
    experience experiencing explain extra extremely fair fairly faith false far fast faster faulty feel feeling few
    file files final finally find finding fine finish finished fix fixed fixing follow following food forget forgot
    form forward found free fresh friendly front full fully fun further future game gave generally genuinely get gets
    getting give given giving glad go goes going gold gone gonna good got grace grand grateful great green ground guess
    guide half hand handle handling happen happened happening happens happy hard hardly having hear heard hearing
    heart heavy held help helped helpful helping here high hit holding holiday home honest honestly hope hoped
    hopefully hoping hot hour house however huge hungry idea ideal imagine immediate immediately important impossible
    included including incorrect indeed inside instance instead interested interesting internal internet item items
    join joining joy june just keep keeping key kind kindly knew know knowing known lane large last late later latest
    law leave leaving left legal less let letter level life light like likely limited link list listed little live
    lives lock locked log login long longer look looked looking lost lot lots love lovely low lower lucky lunch mad
    made main mainly major make makes making many mark matter may maybe mean means meant medium meet meeting mention
    met middle mind minor missed missing mistake money monthly more most mostly mother move moved moving much near
    nearby nearly necessary need needed needing needs neither never new news next nice nope normal normally noted
    nothing notice now obvious obviously odd offer often old once online only open opened opening opinion option
    options ordering original otherwise outside overall owner pack package page paid paper part particular particularly
    partner party pass passed passing password past patience pay paying perfect perfectly perhaps personal pick picked
    place placed plan planned planning plans play please pleased pleasure plenty plus point policy poor popular
    possible possibly post power prefer prepared present press pretty previous price prices probably process
    processed processing product products program progress project proper properly provide provided purchase purpose
    push put putting quick quickly quiet quite radio raise ran rate rather read ready real really reason reasonable
    receipt receive received receiving recent recently record red reduce regarding regular related remain remember
    remove removed repair repeat replace replaced replacement reply report required rescue resolve resolved rest result
    return returned returning review right ring rise river road room rose round rude run running sad safe said same
    save saw say saying says schedule scheduled screen search seat see seeing seem seems seen sell send sending sense
    sent separate serious seriously server set settings setup several sharp sharing short shortly should show showing
    shown shut sick side sign signal silver similar simple simply since single site sitting situation size slight
    slightly slow slowly small smart snow software sold solution solve somehow something sometimes somewhere soon sooner
    sort sorted sound sounds space speak speaking special specific speed spell spend spoke spoken square standard
    standing star start started starting state statement station stay staying step steps still stone stop stopped
    straight strange street strictly strong stuck stuff stupid sue suggest summer sun super supposed sure surely
    surname surprised swap system table take taken takes taking talk talking taste tell telling temporarily terrible
    test text then there therefore thing things think thinking thought through time times tired title together told
    tomorrow too took top total totally touch toward town track tracking trade train travel treat tried trip trouble
    true truly trust try trying turn turned turning twice type unable unavailable under understand understanding
    unfortunately unhappy unless unsure update updated upset urgent use used useful using usual usually valid value
    various very view visit voice wait waiting walk wall want wanted wants warm warning wary
    will watch water way ways weak
    weather well went wet wonder wonderful wondering word words work worked working works world worried worse worst
    worth write writing written wrong yet young
    across anyhow apart approved around assigned assist assisting attached automatically await awaiting correct
    chat charged chosen covering cancel cancelled cancelling concerned connected connecting dealing delivered
    disconnected distributed eating emailing escalated forwarded frequently frustrating handled here hereby
    holidays located logged looking lunchtime mid minded missing nowhere occupied outbound oclock overdue overseas
    permanently presently refunded reaching rebooked regarding registered responsible restart sitting shipped
    speedy strongly submitted temporary there touched traveling travelling truly unwell vacation yourself
    engaged away leave training conference course jury maternity paternity site location website app application
    mailbox calendar tool laptop printer router modem account invoice invoices subscription insurance mortgage loan
    parcel order ticket tickets restaurant restaurants hotel flight flights meal burger pizza dish dishes cuisine
    rated rate enjoy byebye mexican italian chinese thai indian american french english spanish german british model
    downtown north south east west upstairs downstairs level
    """.split()
)

GIVEN_NAMES = frozenset(
    """
    aaron abby adam ahmed aisha alan alex alice amanda amy ana andrea andrew angela anna anne anthony aria ben beth
    brenda brian carl carlos carol caroline catherine charles charlotte chris christine claire clara daniel dave david
    dawn deborah denise diana diane donna ed edward elena elizabeth ella emily emma eric erin eva fatima fiona frank
    gary george gina greg hannah harry heather helen henry ian isabel jack jacob james jane janet jason jean jeff
    jennifer jenny jessica jim joan joe john jon jordan jose joseph joyce juan judy julia julie karen kate katie keith
    kelly ken kevin kim laura lauren leo linda lisa liz louise lucy luke maria marie mark martin mary matt matthew
    megan mehmet melissa michael michelle mike mohamed monica nadia nancy natalie nick nicole nina noah olga oliver
    olivia omar pamela patricia patrick paul peter phil priya rachel raj rebecca richard robert robin roger ron ruth
    ryan sally sam samantha sandra sara sarah scott sean sharon simon sofia sophie stephanie stephen steve steven susan
    sven tanya ted teresa thomas tim tina toby tom tony tracy vera victor victoria walter wendy yusuf zara zoe
    """.split()
)
