// Made from messages/*.json by `npm run contracts`; a check keeps it current.
import { select } from '@messageformat/runtime'

export const greeting = {
  en: (d: { firstName: string }) => ({
    named: "Hello " + d.firstName + ",",
    unnamed: "Hello,",
  }),
  de: (d: { firstName: string }) => ({
    named: "Guten Tag " + d.firstName + ",",
    unnamed: "Guten Tag,",
  }),
}

export const inboxRolesChanged = {
  en: (d: { actor: string; added: string; change: 'both' | 'gave' | 'other' | 'took'; hasActor: 'other' | 'yes'; removed: string }) => ({
    title: "Your roles changed",
    body: "" + select(d.hasActor, { yes: d.actor, other: "An administrator" }) + " " + select(d.change, { gave: "gave you " + d.added, took: "took " + d.removed + " from you", both: "gave you " + d.added + " and took " + d.removed + " from you", other: "put your roles into another order" }) + ".",
  }),
  de: (d: { actor: string; added: string; change: 'both' | 'gave' | 'other' | 'took'; hasActor: 'other' | 'yes'; removed: string }) => ({
    title: "Ihre Rollen haben sich geändert",
    body: "" + select(d.hasActor, { yes: d.actor, other: "Die Administration" }) + " hat " + select(d.change, { gave: "Ihnen " + d.added + " gegeben", took: "Ihnen " + d.removed + " entzogen", both: "Ihnen " + d.added + " gegeben und " + d.removed + " entzogen", other: "Ihre Rollen anders geordnet" }) + ".",
  }),
}

export const inboxJoined = {
  en: (d: { name: string }) => ({
    title: d.name + " joined",
    body: d.name + " accepted your invitation and can sign in now.",
  }),
  de: (d: { name: string }) => ({
    title: d.name + " ist dabei",
    body: d.name + " hat Ihre Einladung angenommen und kann sich jetzt anmelden.",
  }),
}

export const inboxUnlocked = {
  en: (d: { actor: string; hasActor: 'other' | 'yes' }) => ({
    title: "Your account was unlocked",
    body: "" + select(d.hasActor, { yes: d.actor, other: "An administrator" }) + " unlocked your account.",
  }),
  de: (d: { actor: string; hasActor: 'other' | 'yes' }) => ({
    title: "Ihr Konto wurde entsperrt",
    body: "" + select(d.hasActor, { yes: d.actor, other: "Die Administration" }) + " hat Ihr Konto entsperrt.",
  }),
}

export const inboxNewDevice = {
  en: (d: { device: string }) => ({
    title: "New sign-in",
    body: "Somebody signed in as you with " + d.device + ", which you have not used before.",
  }),
  de: (d: { device: string }) => ({
    title: "Neue Anmeldung",
    body: "Jemand hat sich als Sie mit " + d.device + " angemeldet. Damit haben Sie sich bisher nicht angemeldet.",
  }),
}

export const inboxPutIntoGroup = {
  en: (d: { actor: string; group: string; hasActor: 'other' | 'yes' }) => ({
    title: "You are in the group " + d.group + " now",
    body: "" + select(d.hasActor, { yes: d.actor, other: "An administrator" }) + " put you into the group " + d.group + ". You hold what it holds.",
  }),
  de: (d: { actor: string; group: string; hasActor: 'other' | 'yes' }) => ({
    title: "Sie sind jetzt in der Gruppe " + d.group,
    body: "" + select(d.hasActor, { yes: d.actor, other: "Die Administration" }) + " hat Sie in die Gruppe " + d.group + " aufgenommen. Was sie darf, dürfen Sie auch.",
  }),
}

export const inboxUnitGiven = {
  en: (d: { actor: string; hasActor: 'other' | 'yes'; unit: string }) => ({
    title: "You look after " + d.unit + " now",
    body: "" + select(d.hasActor, { yes: d.actor, other: "An administrator" }) + " asked you to look after the unit " + d.unit + ".",
  }),
  de: (d: { actor: string; hasActor: 'other' | 'yes'; unit: string }) => ({
    title: "Sie betreuen jetzt " + d.unit,
    body: "" + select(d.hasActor, { yes: d.actor, other: "Die Administration" }) + " hat Ihnen die Einheit " + d.unit + " anvertraut.",
  }),
}

export const inboxAccessApproved = {
  en: (d: { actor: string; hasActor: 'other' | 'yes'; permission: string; until: string }) => ({
    title: "You were given " + d.permission,
    body: "" + select(d.hasActor, { yes: d.actor, other: "An administrator" }) + " gave you what you asked for: " + d.permission + ", until " + d.until + ".",
  }),
  de: (d: { actor: string; hasActor: 'other' | 'yes'; permission: string; until: string }) => ({
    title: "Sie haben " + d.permission + " bekommen",
    body: "" + select(d.hasActor, { yes: d.actor, other: "Die Administration" }) + " hat Ihnen gegeben, worum Sie gebeten haben: " + d.permission + ", bis " + d.until + ".",
  }),
}

export const inboxAccessRefused = {
  en: (d: { actor: string; hasActor: 'other' | 'yes'; permission: string; reason: string }) => ({
    title: "You were not given " + d.permission,
    body: "" + select(d.hasActor, { yes: d.actor, other: "An administrator" }) + " refused " + d.permission + ", which you asked for: " + d.reason,
  }),
  de: (d: { actor: string; hasActor: 'other' | 'yes'; permission: string; reason: string }) => ({
    title: "Sie haben " + d.permission + " nicht bekommen",
    body: "" + select(d.hasActor, { yes: d.actor, other: "Die Administration" }) + " hat " + d.permission + " abgelehnt, worum Sie gebeten haben: " + d.reason,
  }),
}

export const inboxAccessUndecided = {
  en: (d: { permission: string }) => ({
    title: "Nobody decided about " + d.permission,
    body: "You asked for " + d.permission + ", and nobody decided in time. If you still need it, ask again.",
  }),
  de: (d: { permission: string }) => ({
    title: "Niemand hat über " + d.permission + " entschieden",
    body: "Sie haben um " + d.permission + " gebeten, und niemand hat rechtzeitig entschieden. Brauchen Sie es noch, bitten Sie noch einmal.",
  }),
}

export const inboxAccessRequested = {
  en: (d: { member: string; permission: string; reason: string }) => ({
    title: d.member + " asks for " + d.permission,
    body: d.member + " asks to be given " + d.permission + " for a time: " + d.reason + " Approve or refuse it.",
  }),
  de: (d: { member: string; permission: string; reason: string }) => ({
    title: d.member + " bittet um " + d.permission,
    body: d.member + " bittet für eine Zeit um " + d.permission + ": " + d.reason + " Stimmen Sie zu, oder lehnen Sie ab.",
  }),
}

export const inboxReapproval = {
  en: (d: { member: string }) => ({
    title: d.member + " waits for your approval",
    body: "The account of " + d.member + " was recovered. Ask them whether it was they, then approve them.",
  }),
  de: (d: { member: string }) => ({
    title: d.member + " wartet auf Ihre Freigabe",
    body: "Das Konto von " + d.member + " wurde wiederhergestellt. Fragen Sie nach, ob das wirklich " + d.member + " war, und geben Sie das Konto dann frei.",
  }),
}

export const inboxRecovery = {
  en: (d: { member: string }) => ({
    title: d.member + " lost their second factor",
    body: "Somebody with the password of " + d.member + " asked to be let in without the second factor. Ask them whether it was they; if not, object.",
  }),
  de: (d: { member: string }) => ({
    title: d.member + " hat den zweiten Faktor verloren",
    body: "Jemand mit dem Passwort von " + d.member + " möchte ohne den zweiten Faktor eingelassen werden. Fragen Sie nach, ob das wirklich " + d.member + " war; wenn nicht, widersprechen Sie.",
  }),
}

export const inboxUnknown = {
  en: (d: { type: string }) => ({
    title: "Something happened",
    body: "This message is of a kind that cannot be shown here: " + d.type + ".",
  }),
  de: (d: { type: string }) => ({
    title: "Es ist etwas geschehen",
    body: "Diese Nachricht ist von einer Art, die hier nicht angezeigt werden kann: " + d.type + ".",
  }),
}

export const roles = {
  en: () => ({
    rol_admin: "Administrator",
    rol_report_viewer: "Report viewer",
    rol_request_user: "Request user",
    rol_basic_user: "Basic user",
    rol_unit_owner: "Unit owner",
    rol_super_admin: "Super administrator",
    rol_account_manager: "Account manager",
    rol_security_analyst: "Security analyst",
    rol_technician: "Technician",
  }),
  de: () => ({
    rol_admin: "Administration",
    rol_report_viewer: "Berichte lesen",
    rol_request_user: "Einsätze anfordern",
    rol_basic_user: "Grundzugang",
    rol_unit_owner: "Einheit leiten",
    rol_super_admin: "Oberste Administration",
    rol_account_manager: "Kundenbetreuung",
    rol_security_analyst: "Sicherheitsanalyse",
    rol_technician: "Technik",
  }),
}

export const invitation = {
  en: (d: { expiresAt: string; invitedBy: string; isNamed: 'other' | 'yes'; organization: string }) => ({
    subject: "Your invitation to " + d.organization,
    paragraphs: ["" + select(d.isNamed, { yes: d.invitedBy + " invites you to " + d.organization + ".", other: "You are invited to " + d.organization + "." }), "The invitation is good for one use until " + d.expiresAt + ". Whoever has the link can accept it, so keep it to yourself."],
    action: "Accept the invitation",
    footnote: "You get this mail because somebody at " + d.organization + " entered your address. If you do not know them, ignore it.",
  }),
  de: (d: { expiresAt: string; invitedBy: string; isNamed: 'other' | 'yes'; organization: string }) => ({
    subject: "Ihre Einladung zu " + d.organization,
    paragraphs: ["" + select(d.isNamed, { yes: d.invitedBy + " lädt Sie zu " + d.organization + " ein.", other: "Sie sind zu " + d.organization + " eingeladen." }), "Die Einladung gilt einmal, bis " + d.expiresAt + ". Wer den Link hat, kann sie annehmen; behalten Sie ihn deshalb für sich."],
    action: "Einladung annehmen",
    footnote: "Sie erhalten diese E-Mail, weil jemand bei " + d.organization + " Ihre Adresse eingetragen hat. Kennen Sie niemanden dort, ignorieren Sie sie.",
  }),
}

export const welcome = {
  en: (d: { organization: string }) => ({
    subject: "Welcome to " + d.organization,
    paragraphs: ["Your account at " + d.organization + " is ready.", "Sign in with this email address and the password you chose."],
    action: "Sign in",
    footnote: "You get this mail once, because your email address has been confirmed.",
  }),
  de: (d: { organization: string }) => ({
    subject: "Willkommen bei " + d.organization,
    paragraphs: ["Ihr Konto bei " + d.organization + " ist bereit.", "Melden Sie sich mit dieser E-Mail-Adresse und dem Passwort an, das Sie gewählt haben."],
    action: "Anmelden",
    footnote: "Sie erhalten diese E-Mail einmal, weil Ihre E-Mail-Adresse bestätigt wurde.",
  }),
}

export const passwordReset = {
  en: (d: { code: string; expiresAt: string; isAsked: 'other' | 'yes'; organization: string }) => ({
    subject: d.code + " is your code for a new password",
    paragraphs: ["" + select(d.isAsked, { yes: "Somebody, we hope you, asked for a new password.", other: "An administrator of " + d.organization + " asks you to set a new password." }) + " Enter this code to set it:", "Or follow the link. Both are good for one use until " + d.expiresAt + ". Nobody of us will ever ask you for the code."],
    action: "Set a new password",
    footnote: "" + select(d.isAsked, { yes: "If you did not ask, ignore this mail: your password stays as it is.", other: "If this surprises you, ask your administrator first. Your password stays as it is until you set another." }),
  }),
  de: (d: { code: string; expiresAt: string; isAsked: 'other' | 'yes'; organization: string }) => ({
    subject: d.code + " ist Ihr Code für ein neues Passwort",
    paragraphs: ["" + select(d.isAsked, { yes: "Jemand, hoffentlich Sie, hat ein neues Passwort angefordert.", other: "Die Administration von " + d.organization + " bittet Sie, ein neues Passwort zu setzen." }) + " Geben Sie dazu diesen Code ein:", "Oder folgen Sie dem Link. Beide gelten einmal, bis " + d.expiresAt + ". Niemand von uns wird Sie je nach dem Code fragen."],
    action: "Neues Passwort setzen",
    footnote: "" + select(d.isAsked, { yes: "Haben Sie nichts angefordert, ignorieren Sie diese E-Mail: Ihr Passwort bleibt, wie es ist.", other: "Wenn Sie das überrascht, fragen Sie zuerst Ihre Administration. Ihr Passwort bleibt, wie es ist, bis Sie ein anderes setzen." }),
  }),
}

export const news = {
  en: (d: { body: string; organization: string; title: string }) => ({
    subject: d.title + " at " + d.organization,
    paragraphs: [d.body],
    footnote: "You can turn these mails off in your notification preferences.",
  }),
  de: (d: { body: string; organization: string; title: string }) => ({
    subject: d.title + " bei " + d.organization,
    paragraphs: [d.body],
    footnote: "Sie können diese E-Mails in Ihren Benachrichtigungseinstellungen abschalten.",
  }),
}

export const passwordChanged = {
  en: (d: { at: string; how: 'changed' | 'forced' | 'other' | 'reset' }) => ({
    subject: "Your password was changed",
    paragraphs: ["Your password was changed on " + d.at + select(d.how, { reset: ", with a code from a mail", changed: ", by somebody signed in as you", forced: ", at sign-in", other: "" }) + ".", "If that was you, there is nothing to do. If not, ask for a new password at once and tell your administrator."],
    footnote: "You get this mail whenever your password changes.",
  }),
  de: (d: { at: string; how: 'changed' | 'forced' | 'other' | 'reset' }) => ({
    subject: "Ihr Passwort wurde geändert",
    paragraphs: ["Ihr Passwort wurde am " + d.at + " geändert" + select(d.how, { reset: ", mit einem Code aus einer E-Mail", changed: ", von jemandem, der als Sie angemeldet war", forced: ", bei der Anmeldung", other: "" }) + ".", "Waren Sie das, ist nichts zu tun. Wenn nicht, fordern Sie sofort ein neues Passwort an und sagen Sie es Ihrer Administration."],
    footnote: "Sie erhalten diese E-Mail immer, wenn sich Ihr Passwort ändert.",
  }),
}

export const locked = {
  en: (d: { at: string; organization: string; reason: string }) => ({
    subject: "Your account at " + d.organization + " is locked",
    paragraphs: ["An administrator of " + d.organization + " locked your account on " + d.at + ". The reason given: " + d.reason, "Until it is unlocked you cannot work there. Other organizations of yours are not affected."],
    footnote: "If you think this is a mistake, ask an administrator of the organization.",
  }),
  de: (d: { at: string; organization: string; reason: string }) => ({
    subject: "Ihr Konto bei " + d.organization + " ist gesperrt",
    paragraphs: ["Die Administration von " + d.organization + " hat Ihr Konto am " + d.at + " gesperrt. Der angegebene Grund: " + d.reason, "Bis es entsperrt wird, können Sie dort nicht arbeiten. Ihre anderen Organisationen sind nicht betroffen."],
    footnote: "Halten Sie das für einen Irrtum, fragen Sie die Administration der Organisation.",
  }),
}

export const registration = {
  en: (d: { code: string; expiresAt: string; organization: string; sender: string }) => ({
    subject: d.code + " is your code for " + d.sender,
    paragraphs: ["Somebody, we hope you, registers the organization “" + d.organization + "” with this address. Enter this code where you began:", "Or follow the link and choose a password there. Both are good for one use until " + d.expiresAt + ". Never give the code to anybody who asks for it."],
    action: "Confirm the address",
    footnote: "You get this mail because this address was given at registration. If that was not you, ignore it: nothing happens then.",
  }),
  de: (d: { code: string; expiresAt: string; organization: string; sender: string }) => ({
    subject: d.code + " ist Ihr Code für " + d.sender,
    paragraphs: ["Jemand, hoffentlich Sie, meldet die Organisation „" + d.organization + "“ mit dieser Adresse an. Geben Sie diesen Code dort ein, wo Sie begonnen haben:", "Oder folgen Sie dem Link und wählen Sie dort ein Passwort. Beide gelten einmal, bis " + d.expiresAt + ". Geben Sie den Code nie jemandem, der danach fragt."],
    action: "Adresse bestätigen",
    footnote: "Sie erhalten diese E-Mail, weil diese Adresse bei einer Registrierung angegeben wurde. Waren Sie das nicht, ignorieren Sie sie: Dann geschieht nichts.",
  }),
}

export const accountExists = {
  en: (d: { organization: string }) => ({
    subject: "You have an account already",
    paragraphs: ["Somebody tried to register the organization “" + d.organization + "” with this address, which has an account already. Nothing was changed.", "If that was you, sign in with the password you have, and found the further organization there. If you have forgotten the password, ask for a new one."],
    action: "Sign in",
    footnote: "You get this mail because this address was given at registration. If that was not you, there is nothing to do.",
  }),
  de: (d: { organization: string }) => ({
    subject: "Sie haben bereits ein Konto",
    paragraphs: ["Jemand wollte die Organisation „" + d.organization + "“ mit dieser Adresse anmelden, zu der es bereits ein Konto gibt. Es wurde nichts geändert.", "Waren Sie das, melden Sie sich mit Ihrem Passwort an und gründen Sie die weitere Organisation dort. Haben Sie das Passwort vergessen, fordern Sie ein neues an."],
    action: "Anmelden",
    footnote: "Sie erhalten diese E-Mail, weil diese Adresse bei einer Registrierung angegeben wurde. Waren Sie das nicht, ist nichts zu tun.",
  }),
}

export const secondFactor = {
  en: (d: { subject: string; told: string }) => ({
    subject: d.subject,
    paragraphs: [d.told, "If that was not you, change your password at once and tell your administrator."],
    footnote: "You get this mail whenever your second factor changes.",
  }),
  de: (d: { subject: string; told: string }) => ({
    subject: d.subject,
    paragraphs: [d.told, "Waren Sie das nicht, ändern Sie sofort Ihr Passwort und sagen Sie es Ihrer Administration."],
    footnote: "Sie erhalten diese E-Mail immer, wenn sich Ihr zweiter Faktor ändert.",
  }),
}

export const factorEnabled = {
  en: (d: { at: string }) => ({
    subject: "Your second factor is on",
    told: "An authenticator app was set up as your second factor on " + d.at + ". From now on every sign-in asks for a code of it. Keep your backup codes where you find them without your phone.",
  }),
  de: (d: { at: string }) => ({
    subject: "Ihr zweiter Faktor ist eingeschaltet",
    told: "Am " + d.at + " wurde eine Authenticator-App als Ihr zweiter Faktor eingerichtet. Von jetzt an fragt jede Anmeldung nach einem Code daraus. Bewahren Sie Ihre Ersatzcodes dort auf, wo Sie sie ohne Ihr Telefon finden.",
  }),
}

export const factorRemoved = {
  en: (d: { at: string }) => ({
    subject: "Your second factor was removed",
    told: "Your second factor was removed by somebody signed in as you on " + d.at + ". Your password alone opens your account now.",
  }),
  de: (d: { at: string }) => ({
    subject: "Ihr zweiter Faktor wurde entfernt",
    told: "Ihr zweiter Faktor wurde am " + d.at + " von jemandem entfernt, der als Sie angemeldet war. Jetzt öffnet Ihr Passwort allein Ihr Konto.",
  }),
}

export const factorReset = {
  en: (d: { at: string }) => ({
    subject: "Your second factor was removed",
    told: "An administrator of your organization removed your second factor on " + d.at + ". Sign in with your password and set it up again.",
  }),
  de: (d: { at: string }) => ({
    subject: "Ihr zweiter Faktor wurde entfernt",
    told: "Die Administration Ihrer Organisation hat Ihren zweiten Faktor am " + d.at + " entfernt. Melden Sie sich mit Ihrem Passwort an und richten Sie ihn wieder ein.",
  }),
}

export const factorUndone = {
  en: (d: { at: string }) => ({
    subject: "Your second factor was removed",
    told: "Your second factor was removed because a change of your email address was undone on " + d.at + ". Set a new password, sign in with it and set the second factor up again.",
  }),
  de: (d: { at: string }) => ({
    subject: "Ihr zweiter Faktor wurde entfernt",
    told: "Ihr zweiter Faktor wurde am " + d.at + " entfernt, weil eine Änderung Ihrer E-Mail-Adresse rückgängig gemacht wurde. Setzen Sie ein neues Passwort, melden Sie sich damit an und richten Sie den zweiten Faktor wieder ein.",
  }),
}

export const factorBackupCode = {
  en: (d: { at: string }) => ({
    subject: "A backup code was used",
    told: "Somebody signed in as you with your password and a backup code on " + d.at + ". Your second factor is off and the other backup codes are void: set it up again.",
  }),
  de: (d: { at: string }) => ({
    subject: "Ein Ersatzcode wurde verwendet",
    told: "Jemand hat sich am " + d.at + " mit Ihrem Passwort und einem Ersatzcode als Sie angemeldet. Ihr zweiter Faktor ist ausgeschaltet und die anderen Ersatzcodes sind ungültig: Richten Sie ihn wieder ein.",
  }),
}

export const factorWaiting = {
  en: (d: { at: string }) => ({
    subject: "Your account was recovered",
    told: "Somebody signed in as you with your password alone, after the 72 hours in which others could object on " + d.at + ". Your second factor is off: set it up again. In each of your organizations an administrator has to approve you before you can go on there.",
  }),
  de: (d: { at: string }) => ({
    subject: "Ihr Konto wurde wiederhergestellt",
    told: "Jemand hat sich am " + d.at + " mit Ihrem Passwort allein als Sie angemeldet, nach den 72 Stunden, in denen andere widersprechen konnten. Ihr zweiter Faktor ist ausgeschaltet: Richten Sie ihn wieder ein. In jeder Ihrer Organisationen muss die Administration Sie freigeben, bevor Sie dort weiterarbeiten können.",
  }),
}

export const factorNewCodes = {
  en: (d: { at: string }) => ({
    subject: "You have new backup codes",
    told: "New backup codes were made by somebody signed in as you on " + d.at + ". The old ones are void.",
  }),
  de: (d: { at: string }) => ({
    subject: "Sie haben neue Ersatzcodes",
    told: "Am " + d.at + " hat jemand, der als Sie angemeldet war, neue Ersatzcodes erstellt. Die alten sind ungültig.",
  }),
}

export const loginLocked = {
  en: (d: { hasAddress: 'other' | 'yes'; ipAddress: string; until: string }) => ({
    subject: "Too many failed sign-ins",
    paragraphs: ["Five sign-ins with your address failed, the last one" + select(d.hasAddress, { yes: " from " + d.ipAddress, other: "" }) + ". Nobody can sign in with it until " + d.until + ".", "If that was you, wait until then. If not, your password was not found out; choose a long one that you use nowhere else."],
    footnote: "You get this mail once for each lock.",
  }),
  de: (d: { hasAddress: 'other' | 'yes'; ipAddress: string; until: string }) => ({
    subject: "Zu viele fehlgeschlagene Anmeldungen",
    paragraphs: ["Fünf Anmeldungen mit Ihrer Adresse sind fehlgeschlagen, die letzte" + select(d.hasAddress, { yes: " von " + d.ipAddress, other: "" }) + ". Bis " + d.until + " kann sich niemand damit anmelden.", "Waren Sie das, warten Sie bis dahin. Wenn nicht, wurde Ihr Passwort nicht erraten; wählen Sie ein langes, das Sie sonst nirgends verwenden."],
    footnote: "Sie erhalten diese E-Mail einmal für jede Sperre.",
  }),
}

export const sessionLocked = {
  en: (d: { hasAddress: 'other' | 'yes'; ipAddress: string; until: string }) => ({
    subject: "Too many wrong passwords or codes in one of your sessions",
    paragraphs: ["Somebody signed in as you was asked for your password or code and gave a wrong one five times, the last time" + select(d.hasAddress, { yes: " from " + d.ipAddress, other: "" }) + ". That session is not asked again until " + d.until + ".", "If that was you, wait until then, or sign in anew. If not, end all your sessions at once, change your password and tell your administrator."],
    footnote: "You get this mail once for each lock.",
  }),
  de: (d: { hasAddress: 'other' | 'yes'; ipAddress: string; until: string }) => ({
    subject: "Zu viele falsche Passwörter oder Codes in einer Ihrer Sitzungen",
    paragraphs: ["Jemand, der als Sie angemeldet ist, wurde nach Ihrem Passwort oder Code gefragt und hat fünfmal einen falschen angegeben, zuletzt" + select(d.hasAddress, { yes: " von " + d.ipAddress, other: "" }) + ". Diese Sitzung wird bis " + d.until + " nicht mehr gefragt.", "Waren Sie das, warten Sie bis dahin oder melden Sie sich neu an. Wenn nicht, beenden Sie sofort alle Ihre Sitzungen, ändern Sie Ihr Passwort und sagen Sie es Ihrer Administration."],
    footnote: "Sie erhalten diese E-Mail einmal für jede Sperre.",
  }),
}

export const newDevice = {
  en: (d: { at: string; device: string; hasAddress: 'other' | 'yes'; ipAddress: string }) => ({
    subject: "New sign-in: " + d.device,
    paragraphs: ["Somebody signed in as you on " + d.at + " with " + d.device + select(d.hasAddress, { yes: " from " + d.ipAddress, other: "" }) + ", which you have not used before.", "If that was not you, change your password at once and tell your administrator."],
    footnote: "You get this mail when your account is used from another device.",
  }),
  de: (d: { at: string; device: string; hasAddress: 'other' | 'yes'; ipAddress: string }) => ({
    subject: "Neue Anmeldung: " + d.device,
    paragraphs: ["Jemand hat sich am " + d.at + " mit " + d.device + select(d.hasAddress, { yes: " von " + d.ipAddress, other: "" }) + " als Sie angemeldet. Damit haben Sie sich bisher nicht angemeldet.", "Waren Sie das nicht, ändern Sie sofort Ihr Passwort und sagen Sie es Ihrer Administration."],
    footnote: "Sie erhalten diese E-Mail, wenn Ihr Konto von einem anderen Gerät aus benutzt wird.",
  }),
}

export const sessionEnded = {
  en: (d: { at: string; device: string }) => ({
    subject: "We ended one of your sessions",
    paragraphs: ["On " + d.at + " a token of your session with " + d.device + " was used a second time. Somebody may have copied it, so we ended the session.", "Sign in again. If you did nothing unusual, change your password, and look through your sessions."],
    footnote: "You get this mail whenever a session is ended for your safety.",
  }),
  de: (d: { at: string; device: string }) => ({
    subject: "Wir haben eine Ihrer Sitzungen beendet",
    paragraphs: ["Am " + d.at + " wurde ein Token Ihrer Sitzung mit " + d.device + " ein zweites Mal verwendet. Vielleicht hat ihn jemand kopiert; deshalb haben wir die Sitzung beendet.", "Melden Sie sich wieder an. Haben Sie nichts Ungewöhnliches getan, ändern Sie Ihr Passwort und sehen Sie Ihre Sitzungen durch."],
    footnote: "Sie erhalten diese E-Mail immer, wenn eine Sitzung zu Ihrer Sicherheit beendet wird.",
  }),
}

export const nextAddress = {
  en: (d: { code: string; expiresAt: string }) => ({
    subject: d.code + " is your code for a new email address",
    paragraphs: ["This address is to become the one you sign in with. Sign in as you do now, and enter this code:", "It is good for one use until " + d.expiresAt + ". Until then, and without the code, nothing changes. Nobody of us will ever ask you for it."],
    footnote: "You get this mail because somebody entered this address for their account. If that was not you, ignore it: without the code nothing happens.",
  }),
  de: (d: { code: string; expiresAt: string }) => ({
    subject: d.code + " ist Ihr Code für eine neue E-Mail-Adresse",
    paragraphs: ["Mit dieser Adresse sollen Sie sich künftig anmelden. Melden Sie sich an wie bisher und geben Sie diesen Code ein:", "Er gilt einmal, bis " + d.expiresAt + ". Bis dahin, und ohne den Code, ändert sich nichts. Niemand von uns wird Sie je danach fragen."],
    footnote: "Sie erhalten diese E-Mail, weil jemand diese Adresse für das eigene Konto eingetragen hat. Waren Sie das nicht, ignorieren Sie sie: Ohne den Code geschieht nichts.",
  }),
}

export const addressTaken = {
  en: () => ({
    subject: "Somebody wanted to use your email address",
    paragraphs: ["Somebody asked to use this address for another account than yours. It belongs to your account already, so nothing changed.", "There is nothing to do. If you have two accounts and want to give one of them up, sign in to it and give it another address first."],
    footnote: "You get this mail because this address is the one of an account.",
  }),
  de: () => ({
    subject: "Jemand wollte Ihre E-Mail-Adresse verwenden",
    paragraphs: ["Jemand wollte diese Adresse für ein anderes Konto als Ihres verwenden. Sie gehört bereits zu Ihrem Konto, also hat sich nichts geändert.", "Es ist nichts zu tun. Haben Sie zwei Konten und möchten eines davon aufgeben, melden Sie sich dort an und geben Sie ihm zuerst eine andere Adresse."],
    footnote: "Sie erhalten diese E-Mail, weil diese Adresse die eines Kontos ist.",
  }),
}

export const mailChangeAsked = {
  en: (d: { at: string; by: 'organization' | 'other' | 'person'; hasAddress: 'other' | 'yes'; ipAddress: string; next: string; organization: string }) => ({
    subject: "A new email address was asked for",
    paragraphs: ["" + select(d.by, { person: "Somebody signed in as you", organization: "An administrator of " + d.organization, other: "Somebody" }) + " asked on " + d.at + select(d.hasAddress, { yes: " from " + d.ipAddress, other: "" }) + " that your account gets the address " + d.next + ".", "Nothing changes until somebody signed in as you enters the code that we mailed there.", "" + select(d.by, { organization: "If you do not want this, do not enter the code, and speak with your administrator.", other: "If that was not you, change your password at once: the code is void then. Tell your administrator." })],
    footnote: "You get this mail whenever another address is asked for, at the address you have.",
  }),
  de: (d: { at: string; by: 'organization' | 'other' | 'person'; hasAddress: 'other' | 'yes'; ipAddress: string; next: string; organization: string }) => ({
    subject: "Eine neue E-Mail-Adresse wurde gewünscht",
    paragraphs: ["" + select(d.by, { person: "Jemand, der als Sie angemeldet ist,", organization: "Die Administration von " + d.organization, other: "Jemand" }) + " hat am " + d.at + select(d.hasAddress, { yes: " von " + d.ipAddress, other: "" }) + " gewünscht, dass Ihr Konto die Adresse " + d.next + " bekommt.", "Es ändert sich nichts, bis jemand, der als Sie angemeldet ist, den Code eingibt, den wir dorthin geschickt haben.", "" + select(d.by, { organization: "Möchten Sie das nicht, geben Sie den Code nicht ein und sprechen Sie mit Ihrer Administration.", other: "Waren Sie das nicht, ändern Sie sofort Ihr Passwort: Dann ist der Code ungültig. Sagen Sie es Ihrer Administration." })],
    footnote: "Sie erhalten diese E-Mail an Ihre jetzige Adresse immer, wenn eine andere gewünscht wird.",
  }),
}

export const mailChanged = {
  en: (d: { at: string; expiresAt: string; next: string }) => ({
    subject: "Your email address was changed",
    paragraphs: ["Since " + d.at + " you sign in with " + d.next + ", and with this address no more. Your other sessions were ended.", "If that was not you, follow the link until " + d.expiresAt + ": your account gets this address back, all sessions end, and the password and the second factor are void. You set a new password then, and an administrator of each organization lets you go on.", "If it was you, there is nothing to do. Keep the link to yourself."],
    action: "Undo the change",
    footnote: "You get this mail once, at the address that was yours.",
  }),
  de: (d: { at: string; expiresAt: string; next: string }) => ({
    subject: "Ihre E-Mail-Adresse wurde geändert",
    paragraphs: ["Seit dem " + d.at + " melden Sie sich mit " + d.next + " an, und mit dieser Adresse nicht mehr. Ihre anderen Sitzungen wurden beendet.", "Waren Sie das nicht, folgen Sie bis " + d.expiresAt + " dem Link: Ihr Konto bekommt diese Adresse zurück, alle Sitzungen enden, Passwort und zweiter Faktor sind ungültig. Dann setzen Sie ein neues Passwort, und die Administration jeder Organisation lässt Sie weiterarbeiten.", "Waren Sie es, ist nichts zu tun. Behalten Sie den Link für sich."],
    action: "Änderung rückgängig machen",
    footnote: "Sie erhalten diese E-Mail einmal, an die Adresse, die Ihre war.",
  }),
}

export const mailConfirmed = {
  en: (d: { at: string; hasAddress: 'other' | 'yes'; ipAddress: string }) => ({
    subject: "This is your email address now",
    paragraphs: ["Since " + d.at + " this address is the one of your account; it was confirmed with the code that we mailed here" + select(d.hasAddress, { yes: " from " + d.ipAddress, other: "" }) + ".", "Sign in with it from now on; your password is the same. For 72 hours the change can be undone from the address before."],
    footnote: "You get this mail once, because your address has changed.",
  }),
  de: (d: { at: string; hasAddress: 'other' | 'yes'; ipAddress: string }) => ({
    subject: "Das ist jetzt Ihre E-Mail-Adresse",
    paragraphs: ["Seit dem " + d.at + " ist diese Adresse die Ihres Kontos; sie wurde mit dem Code bestätigt, den wir hierher geschickt haben" + select(d.hasAddress, { yes: " (von " + d.ipAddress + ")", other: "" }) + ".", "Melden Sie sich von jetzt an damit an; Ihr Passwort ist dasselbe. 72 Stunden lang kann die Änderung von der vorigen Adresse aus rückgängig gemacht werden."],
    footnote: "Sie erhalten diese E-Mail einmal, weil sich Ihre Adresse geändert hat.",
  }),
}

export const mailUndone = {
  en: (d: { at: string; undone: string }) => ({
    subject: "Your email address is the old one again",
    paragraphs: ["On " + d.at + " the change of your address to " + d.undone + " was undone with the link that we mailed here. All sessions are ended; the password and the second factor are void.", "Ask for a new password with this address, sign in, and set up your second factor again.", "In each of your organizations an administrator has to approve you before you can go on there. They have been told."],
    footnote: "You get this mail once, because a change of your address was undone.",
  }),
  de: (d: { at: string; undone: string }) => ({
    subject: "Ihre E-Mail-Adresse ist wieder die alte",
    paragraphs: ["Am " + d.at + " wurde die Änderung Ihrer Adresse in " + d.undone + " mit dem Link rückgängig gemacht, den wir hierher geschickt haben. Alle Sitzungen sind beendet; Passwort und zweiter Faktor sind ungültig.", "Fordern Sie mit dieser Adresse ein neues Passwort an, melden Sie sich an und richten Sie Ihren zweiten Faktor wieder ein.", "In jeder Ihrer Organisationen muss die Administration Sie freigeben, bevor Sie dort weiterarbeiten können. Sie weiß Bescheid."],
    footnote: "Sie erhalten diese E-Mail einmal, weil eine Änderung Ihrer Adresse rückgängig gemacht wurde.",
  }),
}

export const mailLost = {
  en: (d: { at: string }) => ({
    subject: "This is no longer your email address",
    paragraphs: ["On " + d.at + " somebody undid the change of address from the address before. This address opens the account no more, and all sessions are ended.", "If the account is yours and you did not do this, tell an administrator of your organization: they decide who goes on there."],
    footnote: "You get this mail once, because this address was the one of the account.",
  }),
  de: (d: { at: string }) => ({
    subject: "Das ist nicht mehr Ihre E-Mail-Adresse",
    paragraphs: ["Am " + d.at + " hat jemand die Änderung der Adresse von der vorigen aus rückgängig gemacht. Diese Adresse öffnet das Konto nicht mehr, und alle Sitzungen sind beendet.", "Gehört das Konto Ihnen und waren Sie das nicht, sagen Sie es der Administration Ihrer Organisation: Sie entscheidet, wer dort weiterarbeitet."],
    footnote: "Sie erhalten diese E-Mail einmal, weil diese Adresse die des Kontos war.",
  }),
}

export const recoveryAsked = {
  en: (d: { at: string; completesAt: string; hasAddress: 'other' | 'yes'; ipAddress: string }) => ({
    subject: "Somebody wants to sign in without your second factor",
    paragraphs: ["On " + d.at + " somebody with your password said" + select(d.hasAddress, { yes: " from " + d.ipAddress, other: "" }) + " that your second factor is lost. From " + d.completesAt + " on they can sign in with the password alone, unless somebody objects. Every organization of yours has been told.", "If that was not you, object with the link and change your password at once: it is known to somebody else.", "If it was you, wait until then and complete it. Signing in with your second factor ends it as well."],
    action: "That was not me",
    footnote: "You get this mail whenever a second factor is said to be lost.",
  }),
  de: (d: { at: string; completesAt: string; hasAddress: 'other' | 'yes'; ipAddress: string }) => ({
    subject: "Jemand möchte sich ohne Ihren zweiten Faktor anmelden",
    paragraphs: ["Am " + d.at + " hat jemand mit Ihrem Passwort" + select(d.hasAddress, { yes: " von " + d.ipAddress, other: "" }) + " angegeben, dass Ihr zweiter Faktor verloren ist. Ab " + d.completesAt + " kann er oder sie sich mit dem Passwort allein anmelden, wenn niemand widerspricht. Alle Ihre Organisationen wissen Bescheid.", "Waren Sie das nicht, widersprechen Sie mit dem Link und ändern Sie sofort Ihr Passwort: Jemand anderes kennt es.", "Waren Sie es, warten Sie bis dahin und schließen Sie es dann ab. Auch eine Anmeldung mit Ihrem zweiten Faktor beendet es."],
    action: "Das war ich nicht",
    footnote: "Sie erhalten diese E-Mail immer, wenn ein zweiter Faktor als verloren gemeldet wird.",
  }),
}

export const recoveryRefused = {
  en: (d: { at: string; isOwn: 'other' | 'yes'; organization: string }) => ({
    subject: "The recovery of your account was ended",
    paragraphs: ["On " + d.at + " " + select(d.isOwn, { yes: "the link in our mail was used", other: "an administrator of " + d.organization + " objected" }) + ", so nobody is let in without your second factor.", "" + select(d.isOwn, { yes: "Change your password: whoever asked for the recovery knows it.", other: "If you asked for the recovery yourself, speak with them, and ask again. If you did not, change your password: whoever asked knows it." })],
    footnote: "You get this mail because a recovery of your account waited.",
  }),
  de: (d: { at: string; isOwn: 'other' | 'yes'; organization: string }) => ({
    subject: "Die Wiederherstellung Ihres Kontos wurde beendet",
    paragraphs: ["Am " + d.at + " " + select(d.isOwn, { yes: "wurde der Link in unserer E-Mail benutzt", other: "hat die Administration von " + d.organization + " widersprochen" }) + ", also wird niemand ohne Ihren zweiten Faktor eingelassen.", "" + select(d.isOwn, { yes: "Ändern Sie Ihr Passwort: Wer die Wiederherstellung wollte, kennt es.", other: "Wollten Sie die Wiederherstellung selbst, sprechen Sie mit der Administration und versuchen Sie es noch einmal. Wenn nicht, ändern Sie Ihr Passwort: Wer es versucht hat, kennt es." })],
    footnote: "Sie erhalten diese E-Mail, weil eine Wiederherstellung Ihres Kontos wartete.",
  }),
}

export const home = {
  en: (d: { at: string; hasAddress: 'other' | 'yes'; ipAddress: string; organization: string }) => ({
    subject: "Your account is at home at " + d.organization,
    paragraphs: ["Somebody signed in as you chose " + d.organization + " on " + d.at + select(d.hasAddress, { yes: " from " + d.ipAddress, other: "" }) + ". It manages your account while you belong to no other organization: its administrators can then help with a lost second factor or another address.", "If that was not you, change your password at once and tell your administrator."],
    footnote: "You get this mail whenever your account moves to another home.",
  }),
  de: (d: { at: string; hasAddress: 'other' | 'yes'; ipAddress: string; organization: string }) => ({
    subject: "Ihr Konto ist bei " + d.organization + " zu Hause",
    paragraphs: ["Jemand, der als Sie angemeldet ist, hat am " + d.at + select(d.hasAddress, { yes: " von " + d.ipAddress, other: "" }) + " " + d.organization + " gewählt. Die Organisation verwaltet Ihr Konto, solange Sie keiner anderen angehören: Ihre Administration kann dann bei einem verlorenen zweiten Faktor oder einer anderen Adresse helfen.", "Waren Sie das nicht, ändern Sie sofort Ihr Passwort und sagen Sie es Ihrer Administration."],
    footnote: "Sie erhalten diese E-Mail immer, wenn Ihr Konto ein anderes Zuhause bekommt.",
  }),
}

export const reapproved = {
  en: (d: { at: string; organization: string }) => ({
    subject: "You can go on at " + d.organization,
    paragraphs: ["An administrator of " + d.organization + " approved you on " + d.at + ", after your account was recovered.", "If you did not recover your account, tell them at once: somebody else is using it."],
    footnote: "You get this mail once after a recovery.",
  }),
  de: (d: { at: string; organization: string }) => ({
    subject: "Sie können bei " + d.organization + " weiterarbeiten",
    paragraphs: ["Die Administration von " + d.organization + " hat Sie am " + d.at + " freigegeben, nachdem Ihr Konto wiederhergestellt wurde.", "Haben Sie Ihr Konto nicht wiederhergestellt, sagen Sie es ihr sofort: Jemand anderes benutzt es."],
    footnote: "Sie erhalten diese E-Mail einmal nach einer Wiederherstellung.",
  }),
}

export const recoveryToJudge = {
  en: (d: { completesAt: string; member: string; organization: string; userId: string }) => ({
    subject: "Was it " + d.member + " who lost their second factor?",
    paragraphs: ["Somebody with the password of " + d.member + " asked to sign in without the second factor. They can from " + d.completesAt + " on, unless somebody objects; they stay shut out of " + d.organization + " even then until an administrator approves them.", "Ask " + d.member + ", in person or by telephone. If it was not they, object: DELETE /api/v1/users/" + d.userId + "/recovery."],
    footnote: "You get this mail as an administrator of " + d.organization + ".",
  }),
  de: (d: { completesAt: string; member: string; organization: string; userId: string }) => ({
    subject: "Hat " + d.member + " wirklich den zweiten Faktor verloren?",
    paragraphs: ["Jemand mit dem Passwort von " + d.member + " möchte sich ohne den zweiten Faktor anmelden. Das geht ab " + d.completesAt + ", wenn niemand widerspricht; bei " + d.organization + " bleibt das Konto auch dann ausgeschlossen, bis die Administration es freigibt.", "Fragen Sie " + d.member + ", persönlich oder am Telefon. Wenn das jemand anderes war, widersprechen Sie: DELETE /api/v1/users/" + d.userId + "/recovery."],
    footnote: "Sie erhalten diese E-Mail, weil Sie zur Administration von " + d.organization + " gehören.",
  }),
}

export const reapprovalRequired = {
  en: (d: { at: string; member: string; organization: string; userId: string }) => ({
    subject: d.member + " waits for your approval",
    paragraphs: ["The account of " + d.member + " was recovered on " + d.at + ". They stand still at " + d.organization + " until an administrator approves them.", "Ask " + d.member + ", in person or by telephone, whether it was they. If so, approve them: POST /api/v1/users/" + d.userId + "/reapprove. If not, remove or lock them."],
    footnote: "You get this mail as an administrator of " + d.organization + ".",
  }),
  de: (d: { at: string; member: string; organization: string; userId: string }) => ({
    subject: d.member + " wartet auf Ihre Freigabe",
    paragraphs: ["Das Konto von " + d.member + " wurde am " + d.at + " wiederhergestellt. Bei " + d.organization + " ruht es, bis die Administration es freigibt.", "Fragen Sie " + d.member + ", persönlich oder am Telefon, ob das wirklich so war. Wenn ja, geben Sie das Konto frei: POST /api/v1/users/" + d.userId + "/reapprove. Wenn nicht, entfernen oder sperren Sie es."],
    footnote: "Sie erhalten diese E-Mail, weil Sie zur Administration von " + d.organization + " gehören.",
  }),
}
