"""Words for the worst days, ready to be used, in English and French. Written for this platform.

What a city has to fill in stands in square brackets; a text with brackets can't go to review.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Starter:
    """One ready-made text. The same ``key`` stands for the same text in each language."""

    key: str
    occasion: str
    language: str
    name: str
    headline: str
    body: str
    short_text: str = ""


STARTERS = (
    Starter(
        "first-hour", "attack_first_hour", "en", "First statement after an attack",
        "What we know about [what happened, in plain words] in [place]",
        """At about [time] today, [what happened, in plain words] in [place]. Police and rescue services are there and are in charge.

What we know: [only what the police have confirmed].
What we do not know yet: who did it and why. Please do not guess, and do not share pictures of people who are hurt.

What to do now: stay away from [area]. Leave roads free for rescue services. If you look for somebody, call [telephone number]. In danger, call [emergency number].

Our thoughts are with those who are hurt and those who wait for news. Whoever you are, you belong to this city, and we stand beside you.

We will speak again at [time], here and on [channel].""",
        "[What happened] in [place]. Police and rescue are there. Stay away from [area], do not guess, do not share pictures of the hurt. Looking for somebody: [telephone number]. Next news at [time].",
    ),
    Starter(
        "first-hour", "attack_first_hour", "fr", "Première déclaration après une attaque",
        "Ce que nous savons de [ce qui s’est passé, en mots simples] à [lieu]",
        """Aujourd’hui vers [heure], [ce qui s’est passé, en mots simples] à [lieu]. La police et les secours sont sur place et dirigent les opérations.

Ce que nous savons : [uniquement ce que la police a confirmé].
Ce que nous ne savons pas encore : qui a agi et pourquoi. Merci de ne pas spéculer et de ne pas partager d’images de personnes blessées.

Ce qu’il faut faire maintenant : évitez [secteur]. Laissez les voies libres pour les secours. Si vous cherchez quelqu’un, appelez le [numéro de téléphone]. En cas de danger, appelez le [numéro d’urgence].

Nos pensées vont aux personnes blessées et à celles qui attendent des nouvelles. Qui que vous soyez, cette ville est la vôtre et nous sommes à vos côtés.

Nous reprendrons la parole à [heure], ici et sur [canal].""",
        "[Ce qui s’est passé] à [lieu]. Police et secours sur place. Évitez [secteur], ne spéculez pas, ne partagez pas d’images des blessés. Pour chercher un proche : [numéro de téléphone]. Prochaine information à [heure].",
    ),
    Starter(
        "update", "attack_update", "en", "Update after an attack",
        "[Place]: where things stand at [time]",
        """Since our last statement at [time]:

Confirmed: [what is new and confirmed, and by whom].
Corrected: [what we or others said that turned out otherwise, or: nothing].
Still open: [what is being checked].

Help: [place and hours of the help point]. Interpreters for [languages] are there. Nobody is asked for papers.
Schools and transport tomorrow: [what is open, what is not].

People are being blamed who have nothing to do with this. That is wrong, and threats are crimes. Tell us: [telephone number or address].

Next update at [time], also if nothing is new.""",
        "[Place], [time]: [what is new and confirmed]. Help point: [place and hours]. Next update at [time].",
    ),
    Starter(
        "update", "attack_update", "fr", "Point de situation après une attaque",
        "[Lieu] : où en sommes-nous à [heure]",
        """Depuis notre déclaration de [heure] :

Confirmé : [ce qui est nouveau et confirmé, et par qui].
Corrigé : [ce que nous ou d’autres avions dit et qui s’est révélé inexact, ou : rien].
En cours de vérification : [ce qui est vérifié].

Aide : [lieu et horaires du point d’aide]. Des interprètes pour [langues] sont présents. Aucun papier n’est demandé.
Écoles et transports demain : [ce qui est ouvert, ce qui ne l’est pas].

Des personnes qui n’ont rien à voir avec ces faits sont mises en cause. C’est injuste, et les menaces sont des délits. Signalez-les : [numéro de téléphone ou adresse].

Prochain point à [heure], même s’il n’y a rien de nouveau.""",
        "[Lieu], [heure] : [ce qui est nouveau et confirmé]. Point d’aide : [lieu et horaires]. Prochain point à [heure].",
    ),
    Starter(
        "help", "help", "en", "Where to find help",
        "Help for everybody who was hurt or is afraid",
        """You do not have to be wounded to need help. Sleeping badly, being afraid to go out, or being angry is what people feel after such a day.

Talk to somebody: [telephone number], day and night, in [languages].
Come by: [address], [hours]. Nobody asks for papers or insurance.
For children: [service] tells parents and teachers what to say.
For victims and families: [service] helps with hospitals, costs, police and courts.
If you were insulted or threatened because of who you are: [reporting address]. You decide what happens with your report.

Pass this on to somebody who does not read our pages.""",
    ),
    Starter(
        "help", "help", "fr", "Où trouver de l’aide",
        "De l’aide pour toutes les personnes touchées ou inquiètes",
        """Il n’est pas nécessaire d’être blessé pour avoir besoin d’aide. Mal dormir, avoir peur de sortir ou être en colère est normal après une telle journée.

Parler à quelqu’un : [numéro de téléphone], jour et nuit, en [langues].
Venir sur place : [adresse], [horaires]. Aucun papier ni assurance n’est demandé.
Pour les enfants : [service] conseille parents et enseignants.
Pour les victimes et leurs familles : [service] aide pour l’hôpital, les frais, la police et la justice.
Si vous avez été insulté ou menacé pour ce que vous êtes : [adresse de signalement]. Vous décidez de la suite.

Transmettez ce message à quelqu’un qui ne lit pas nos pages.""",
    ),
    Starter(
        "hate-incident", "hate_incident", "en", "After a hate incident",
        "[Place]: this is not who we are, and it has consequences",
        """On [day], [what happened, in plain words, without repeating symbols or insults] in [place].

To those it was aimed at: we are sorry that this happened to you here. We have spoken with [organisation], and this is what we do next: [three concrete steps, with days].

The police are investigating. If you saw something, call [telephone number].

Such acts want people to withdraw. We do the opposite: [what the city or neighbours do together, day and place].""",
        "[What happened] in [place] was aimed at our neighbours. We stand with them. Seen something? [telephone number].",
    ),
    Starter(
        "hate-incident", "hate_incident", "fr", "Après un acte de haine",
        "[Lieu] : cela ne nous ressemble pas, et cela aura des suites",
        """Le [jour], [ce qui s’est passé, en mots simples, sans répéter symboles ni insultes] à [lieu].

Aux personnes visées : nous sommes désolés que cela vous soit arrivé ici. Nous avons parlé avec [organisation], et voici ce que nous faisons : [trois mesures concrètes, avec dates].

La police enquête. Si vous avez vu quelque chose, appelez le [numéro de téléphone].

De tels actes veulent pousser des gens à se retirer. Nous faisons le contraire : [ce que la ville ou les habitants font ensemble, jour et lieu].""",
        "[Ce qui s’est passé] à [lieu] visait nos voisins. Nous sommes à leurs côtés. Vous avez vu quelque chose ? [numéro de téléphone].",
    ),
    Starter(
        "backlash", "backlash", "en", "A community is being blamed",
        "Nobody answers for what a stranger did",
        """Since [event], people who are, or are taken for, [community] are insulted and threatened in our city.

They did not do this. They are pupils, nurses, drivers, shopkeepers and neighbours, and many of them mourn as we all do.

A threat is a crime, online and on the street. We follow up each report: [telephone number or address]. There will be more people on the street near [places] until [day]. [Names and functions of others] say this together with me.

If you see it happen: stay close, speak with the person who is attacked, call for help, remember what you saw.""",
        "Nobody answers for what a stranger did. Threats against [community] are crimes: report them to [telephone number or address].",
    ),
    Starter(
        "backlash", "backlash", "fr", "Une communauté est mise en cause",
        "Personne ne répond des actes d’un inconnu",
        """Depuis [événement], des personnes qui sont, ou que l’on croit être, [communauté] sont insultées et menacées dans notre ville.

Elles n’y sont pour rien. Ce sont des élèves, des soignants, des chauffeurs, des commerçants, des voisins, et beaucoup sont en deuil comme nous tous.

Une menace est un délit, en ligne comme dans la rue. Chaque signalement est suivi : [numéro de téléphone ou adresse]. Davantage d’agents seront présents près de [lieux] jusqu’au [jour]. [Noms et fonctions d’autres personnes] le disent avec moi.

Si vous en êtes témoin : restez près de la personne visée, parlez-lui, appelez de l’aide, retenez ce que vous avez vu.""",
        "Personne ne répond des actes d’un inconnu. Les menaces contre [communauté] sont des délits : signalez-les au [numéro de téléphone ou adresse].",
    ),
    Starter(
        "rumour", "rumour", "en", "Answer to a false claim",
        "[What is true, in one sentence]",
        """[What is true, in one sentence.] We checked it with [who], and you can see for yourself: [source].

Another story is going round. It is false: [why, in one sentence, without its pictures and catchwords].

It hurts people: [whom, and how]. Before you share something, ask who says it, how they know, and who gains from it.

What we do not know yet: [what is open, or: nothing]. If you hear something and are not sure, ask us: [address].""",
        "[What is true, in one sentence.] Checked with [who]: [source]. Not sure about something you heard? Ask us: [address].",
    ),
    Starter(
        "rumour", "rumour", "fr", "Réponse à une fausse information",
        "[Ce qui est vrai, en une phrase]",
        """[Ce qui est vrai, en une phrase.] Nous l’avons vérifié auprès de [qui], et vous pouvez le constater : [source].

Une autre histoire circule. Elle est fausse : [pourquoi, en une phrase, sans ses images ni ses mots d’ordre].

Elle fait du mal : [à qui, et comment]. Avant de partager, demandez qui le dit, comment il le sait et à qui cela profite.

Ce que nous ne savons pas encore : [ce qui reste ouvert, ou : rien]. Vous avez entendu quelque chose et vous doutez ? Demandez-nous : [adresse].""",
        "[Ce qui est vrai, en une phrase.] Vérifié auprès de [qui] : [source]. Un doute ? Demandez-nous : [adresse].",
    ),
    Starter(
        "tension", "tension", "en", "Before a protest or a tense day",
        "[Day] in [place]: what to expect",
        """On [day] from [time] to [time], [who] will gather in [place]. The right to protest is protected, whether or not we agree. Threats and violence are not.

Transport and roads: [what changes].
Schools, shops, places of worship: [what we have agreed with them].
Whom to call: [telephone number] for worries, [emergency number] in danger.

We have spoken with [groups] on all sides. We ask everybody: come home safely, and let others come home safely.""",
        "[Day], [place], from [time]: [who] will gather. Transport: [what changes]. Worries: [telephone number]. Danger: [emergency number].",
    ),
    Starter(
        "tension", "tension", "fr", "Avant une manifestation ou un jour tendu",
        "[Jour] à [lieu] : à quoi s’attendre",
        """Le [jour] de [heure] à [heure], [qui] se rassemblera à [lieu]. Le droit de manifester est protégé, que nous soyons d’accord ou non. Les menaces et la violence ne le sont pas.

Transports et circulation : [ce qui change].
Écoles, commerces, lieux de culte : [ce que nous avons convenu avec eux].
Qui appeler : [numéro de téléphone] en cas d’inquiétude, [numéro d’urgence] en cas de danger.

Nous avons parlé avec [groupes] de tous côtés. Nous demandons à chacun : rentrez sain et sauf, et laissez les autres rentrer sains et saufs.""",
        "[Jour], [lieu], dès [heure] : rassemblement de [qui]. Transports : [ce qui change]. Inquiétudes : [numéro de téléphone]. Danger : [numéro d’urgence].",
    ),
    Starter(
        "commemoration", "commemoration", "en", "Mourning together",
        "We remember [whom]",
        """On [day] at [time] we come together in [place] to remember [whom, as the families wish them to be named].

The families have been asked first, and this is what they wish: [their wishes]. There will be no speeches by [whom]; [who] will read and [who] will sing.

There is a quiet room, and people to talk to. Interpreters for [languages] and signing are there. Please do not film people who mourn.

Those who can't come can [how to take part from elsewhere].""",
        "We remember [whom]: [day], [time], [place]. Please do not film people who mourn.",
    ),
    Starter(
        "commemoration", "commemoration", "fr", "Se recueillir ensemble",
        "Nous nous souvenons de [qui]",
        """Le [jour] à [heure], nous nous réunissons à [lieu] pour nous souvenir de [qui, selon les mots choisis par les familles].

Les familles ont été consultées en premier, et voici leurs souhaits : [leurs souhaits]. Il n’y aura pas de discours de [qui] ; [qui] lira et [qui] chantera.

Une salle calme et des personnes à qui parler sont à disposition. Des interprètes pour [langues] et en langue des signes sont présents. Merci de ne pas filmer les personnes en deuil.

Les personnes qui ne peuvent pas venir peuvent [comment participer à distance].""",
        "Nous nous souvenons de [qui] : [jour], [heure], [lieu]. Merci de ne pas filmer les personnes en deuil.",
    ),
)  # fmt: skip


def find_starter(key: str, language: str) -> Starter | None:
    """A ready-made text by its key, in a language that it exists in."""
    return next((s for s in STARTERS if s.key == key and s.language == language), None)
