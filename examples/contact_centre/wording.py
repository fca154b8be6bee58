"""What people say in the example. `{...}` is filled in later. Written for this example, from no real contact."""

GREETINGS = (
    "Good {daytime}, {company}, this is {name}. How can I help you?",
    "Good {daytime}, you're through to {name} at {company}.",
    "Hello, {company}, {name} speaking. What can I do for you?",
    "Thank you for calling {company}, my name is {name}. How may I help?",
    "Hi there, {name} from {company} here, good {daytime}.",
)
GREETINGS_WITHOUT_NAME = ("Good {daytime}, how can I help?", "Hello, what can I do for you today?")
NO_GREETING = ("Yes?", "Order number, please.")
REQUESTS = (
    "Hi, my desk lamp came with a cracked shade and I'd like a new one.",
    "Hello. I ordered two floor lamps last week and I can't see where they are.",
    "I've been charged twice for the same order.",
    "Could you tell me whether the brass wall light comes with a dimmer?",
    "I need to change the delivery address on my order before it goes out.",
    "The switch on my reading lamp stopped working yesterday.",
    "I'd like to return a ceiling light, it's too big for the room.",
    "My invoice has the old company name on it. Can that be corrected?",
)
UNDERSTOOD = (
    "I see, let me look at that for you. May I have the order number?",
    "I'm sorry to hear that. I'll check it right away.",
    "Of course. Let me open your order.",
    "Sure, I can help with that.",
)
NUMBERS = ("It's 48213.", "Yes, 51177.", "One moment. 50942.", "It should be 47760.")
ANSWERS = (
    "I've sent a replacement, it should reach you by Friday.",
    "The parcel left our warehouse this morning and should arrive in two to three working days.",
    "I've refunded the second payment, it takes about five days to show.",
    "Yes, a dimmer is included, and the bulb as well.",
    "That's changed now, and you'll get a new confirmation by e-mail.",
    "I've e-mailed you a return label. You can drop the parcel off at any post office.",
)
ASKS_AGAIN = ("As I said, the order number is 48213.", "Like I told you, it's the floor lamp, not the desk lamp.")

HOLD_ASK = (
    "May I put you on hold while I check with the warehouse?",
    "Is it all right if I place you on a brief hold?",
    "Could I put you on hold for a minute or two?",
    "Are you happy to hold while I look into this?",
    "Can you hold for a moment while I check the stock?",
)
HOLD_MIND = ("Would you mind holding for a moment?", "Do you mind if I put you on hold for a minute?")
HOLD_TELL = ("Please hold.", "Hold on, please.", "I'm going to put you on hold.", "Just hold the line.")
YES = ("Yes, that's fine.", "Sure.", "Of course, go ahead.", "OK, no problem.", "Yes, please do.")
MIND_NO = ("No, not at all.", "No, go ahead.", "No problem.", "Not at all.")
MIND_YES = ("Well, yes, I do mind, I've been waiting already.", "Yes, I would, I'm in a hurry.")
REFUSAL = ("No, I'd rather not.", "I'd prefer you didn't, I only have a minute.", "No, please don't.")
GRUMBLE = ("Er, all right.", "Hm.", "Fine.")
BACK = ("Thank you for holding.", "Thanks for your patience.", "I'm back, thank you for waiting.")

TRANSFER_ASK = (
    "May I transfer you to {target}?",
    "Would it be all right if I put you through to {target}?",
    "Can I pass you over to {target}?",
    "Is it OK if I connect you with {target}?",
)
TRANSFER_TELL = ("I'll put you through to {target}.", "I'm transferring you to {target} now.")
TRANSFER_ME = ("Can you transfer me to {team}, please?", "Could you put me through to {team}?")
INFO_FULL = (
    "You'll be speaking with {name}, and the extension is {extension}.",
    "{name} will help you. The direct extension is {extension}.",
    "That's {name} on extension {extension}, in case we get cut off.",
)
INFO_NAME = ("{name} will help you with that.", "You'll be speaking with {name}.")
INFO_TEAM = ("That team will take care of it.", "Somebody there will help you.")

WANTS_PERSON = (
    "Hi, can I speak to {person}, please?",
    "Is {person} there? We spoke last week.",
    "I'd like to talk to {person}, if possible.",
)
UNAVAILABLE = (
    "I'm sorry, {person} isn't available right now.",
    "{person} is away from the desk at the moment, I'm afraid.",
    "I'm afraid {person} is in a meeting until later today.",
    "{person} is out of the office today.",
)
ASK_URGENT = ("Is this an urgent issue?", "Is it urgent?", "Can it wait, or is it pressing?")
OFFER_MESSAGE = (
    "May I take a message?",
    "Would you like to leave a message?",
    "Can I ask {person} to call you back?",
)
MESSAGE = (
    "Yes please, ask for a call back about order 48213.",
    "It's not urgent. A call back this week would be good.",
    "Yes, just say that the new shade fits.",
)
BLUNT = ("Try again tomorrow.", "You'll have to call back.")

CLOSINGS = (
    "Thank you for calling, have a good day.",
    "Thanks for your call. Goodbye.",
    "Is there anything else I can help with? ... Then thank you for calling {company}.",
    "Thank you, and enjoy your lamp. Bye now.",
)
CLOSINGS_WITHOUT_THANKS = ("All right, bye.", "OK, that's done then.", "Have a nice day. Bye.")
CUSTOMER_BYE = ("Thanks, bye.", "Great, thank you. Goodbye.", "No, that's all. Bye.", "Cheers, bye.")
OUTBOUND = (
    "Hello, this is {name} from {company}, you asked us to call you back.",
    "Good {daytime}, {name} from {company} here, about your return.",
)
MESSAGE_LEFT = ("Hello, this is {name} from {company}. I'm returning your call. I'll try again tomorrow.",)

MAILS = (
    "Hello,\nmy order 48213 has not arrived. Could you tell me where it is?\nRegards, K.",
    "Hi, the lamp flickers when I dim it. Is that normal?",
    "Please send me a copy of the invoice for February.",
    "Dear team, I would like to return two wall lights. How do I do that?",
    "Do you ship to Ireland, and how long does it take?",
)
SECOND_MAILS = ("One more thing: the parcel number is missing too.", "I forgot to say that it is order 51177.")
REPLIES = (
    "Dear K.,\nthank you for your e-mail. Your parcel left us today and should arrive by Thursday.\n"
    "Kind regards,\n{name}\n{company}, customer care",
    "Hello,\nthank you for writing. A flicker means that the bulb is not made for dimming; I have sent you another.\n"
    "Best regards,\n{name}",
    "Hi,\nthe invoice is attached. Please let me know if you need anything else.\nBest wishes,\n{name}",
    "Good {daytime},\na return label is attached; returns take about 10 working days.\nKind regards,\n{name}",
)
CURT_REPLIES = ("See the website.", "Attached.")

AWAY_GREETING = (
    "Hello, this is {name}. I am out of the office until {back}. For anything that can't wait, call {contact} on "
    "extension {extension}.",
    "You have reached {name}. I'm away from {start} and back on {back}. "
    "Please contact {contact}, extension {extension}.",
)
AWAY_GREETING_BARE = ("Hello, {name} here. I'm out of the office. Please leave a message.",)
AWAY_MAIL = (
    "Thank you for your e-mail. I am out of the office and will be back on {back}. "
    "Please write to {contact} at {address} if it is urgent.",
    "I am away from {start} and will return on {back}. {contact} ({address}) will help you meanwhile.",
)
AWAY_MAIL_BARE = ("I am currently out of the office and will answer when I am back.",)
NORMAL_GREETING = "This is {name} at {company}. Please leave a message and I will call you back."
