"""账号 Account: what a person signs in with. RULES §2"""

from piccolo.columns import Text, Timestamptz

from api.rules.words.vocabulary import AccountState, Group, Kind
from api.schema.declare import Entity, Many, hidden, text, to_one, word
from api.schema.entities.posts.person import Person


class Account(Entity, tablename="account", kind=Kind.OFFICIAL):
    """账号 A sign-in of one person; its rights come from the post its token acts in, never from claims. RULES §2"""

    person = to_one(Person, "人员", "Whose account it is.", required=True)
    name = text("账号名", "Sign-in name.", Group.BASIC, required=True, unique=True)
    state = word(AccountState, "状态", "State.", Group.STRUCTURE, required=True)
    password_hash = hidden(Text(default=None, null=True), "口令散列", "Argon2 hash; only for local accounts.")
    oidc_subject = hidden(Text(default=None, null=True), "外部标识", "Subject at the OIDC issuer.")
    tokens_from = hidden(Timestamptz(default=None, null=True), "令牌起始时间", "Tokens issued before this are refused.")

    posts = Many("Post.account", "岗位", "Posts, past and present.", expect=2)
