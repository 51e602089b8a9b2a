"""Words of the field that mean the same in English, French and Spanish, for the search.

Whoever types one of a group finds texts with any of it. Accents and capitals do not matter, and a
plural finds its singular.
"""

import unicodedata

_GROUPS = """
hate; haine; odio
hate crime; crime de haine; crimes de haine; délit de haine; delito de odio; delitos de odio
hate speech; discours de haine; discurso de odio
rumour; rumor; rumeur; bulo
false news; disinformation; désinformation; fausses nouvelles; fake news; desinformación; noticias falsas
mayor; maire; alcalde; alcaldesa
councillor; council member; élu; élus; concejal
threatened; threat; menace; menacé; amenaza; amenazado
attack; attentat; attaque; atentado; ataque; shooting; fusillade; tiroteo; killing
mosque; mosquée; mezquita
synagogue; sinagoga
church; église; iglesia
place of worship; lieu de culte; lugar de culto
rabbi; rabbin; rabino
imam; imán
interfaith; interreligieux; interreligieuse; interreligioso; dialogue interreligieux; diálogo interreligioso
antisemitism; antisémitisme; antisemitismo; antisemitic; jewish; juif; juive; judío
islamophobia; islamophobie; islamofobia; anti-muslim; muslim; musulman; musulmane; musulmán
racism; racisme; racismo
xenophobia; xénophobie; xenofobia
neo-nazi; néonazi; neonazi; right-wing extremism; extrême droite; extrema derecha; far right
radicalisation; radicalization; radicalización
extremism; extrémisme; extremismo
prevention; prévention; prevención
police; policía
school; école; lycée; escuela; instituto
pupil; élève; alumno
teacher; enseignant; professeur; profesor; docente
youth; young people; jeunes; jeunesse; jóvenes; juventud
mother; mère; madre
women; femmes; mujeres
family; famille; familia
mentor; mentorat; mentoring; mentoría; parrainage
exit; désengagement; sortie; salida; desvinculación
victim; victime; víctima
trauma; traumatisme
psychosocial; soutien psychologique; apoyo psicológico; psychological support; counselling
healing; guérison; sanación
remembrance; commemoration; mémoire; commémoration; memoria; conmemoración
refugee; réfugié; refugiado
migrant; immigrant; immigré; newcomer; nouveaux arrivants; nouvel arrivant; inmigrante
integration; intégration; integración
welcome; accueil; acogida
volunteer; bénévole; voluntario
neighbour; voisin; vecino
community; communauté; comunidad
identity; identité; identidad
belonging; appartenance; pertenencia
inclusion; inclusión; inclusive; inclusivo
action plan; plan d'action; plan de acción
strategy; stratégie; estrategia
coordination; coordinator; coordinateur; coordinación
network; réseau; red
round table; table ronde; mesa redonda
referral; orientation; signalement; derivación
case; cas; caso
helpline; hotline; ligne d'écoute; numéro vert; línea de ayuda
report; reporting; signaler; denuncia; denunciar
register; registre; registro
incident; incidente
discrimination; discriminación
equal treatment; égalité de traitement; igualdad de trato
human rights; droits humains; droits de l'homme; derechos humanos
ordinance; arrêté; ordonnance; ordenanza
law; loi; ley
fine; amende; multa
campaign; campagne; campaña
poster; affiche; cartel
evaluation; évaluation; evaluación
fund; fonds; fondo
peace; paix; paz
peace centre; centre de paix; centro de paz
public space; espace public; espacio público
soft target; cible facile; cible vulnérable; objetivo blando
march; demonstration; manifestation; marcha; manifestación
online; en ligne; internet; en línea
digital; numérique; media literacy; éducation aux médias; alfabetización digital
small town; petite ville; pueblo
border; frontière; frontera
county; comté; condado
commission; comisión
data; données; datos
survey; enquête; encuesta
grandmother; grand-mère; abuela
language; langue; lengua; idioma
statement; déclaration; declaración
interpreter; translator; interprète; traducteur; intérprete; traductor
""".strip().splitlines()  # fmt: skip


def plain(text: str) -> str:
    """Without accents, capitals and apostrophes."""
    folded = unicodedata.normalize("NFKD", text.replace("’", " ").replace("'", " ").replace("-", " "))
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).lower().split())


def _index() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in _GROUPS:
        group = list(dict.fromkeys(plain(term) for term in line.split(";")))
        for term in group:
            found[term] = list(dict.fromkeys([*found.get(term, []), *group]))
    return found


_TERMS = _index()
_LONGEST = max(len(term.split()) for term in _TERMS)


def _look_up(term: str) -> list[str] | None:
    for candidate in (term, term.removesuffix("s"), term.removesuffix("es"), term.removesuffix("x")):
        if candidate in _TERMS:
            return _TERMS[candidate]
    return None


def group_words(words: list[str]) -> list[list[str]]:
    """What was typed as groups of words and phrases that mean the same; the typed one comes first."""
    groups: list[list[str]] = []
    position = 0
    while position < len(words):
        for length in range(min(_LONGEST, len(words) - position), 0, -1):
            term = " ".join(words[position : position + length])
            found = _look_up(term)
            if found or length == 1:
                groups.append(list(dict.fromkeys([term, *(found or [])])))
                position += length
                break
    return groups
