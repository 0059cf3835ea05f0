"""认可的签发方 Chooses the issuer that an installation trusts: the OIDC one if set, else its own; never both."""

from api.access.signin.issuer import Issuer
from api.access.signin.local_issuer import LocalIssuer
from api.access.signin.oidc import OidcIssuer
from api.clock import Clock
from api.errors import Problem, code
from api.settings import Settings

LOCAL_SIGN_IN_OFF = code(
    "LOCAL_SIGN_IN_OFF",
    403,
    zh="本系统使用统一身份认证，本机账号不能登录",
    en="this system signs in by its OIDC issuer, so local accounts get no tokens",
    next_zh="向统一身份认证取得令牌",
    next_en="get a token from that issuer",
)


def issuers(settings: Settings, clock: Clock) -> tuple[Issuer, ...]:
    """The trusted issuers. SIGNING_KEY_UNUSABLE."""
    if settings.oidc_issuer:
        return (OidcIssuer(settings.oidc_issuer, settings.oidc_audience, settings.oidc_jwks_url),)
    return (local_issuer(settings, clock),)


def local_issuer(settings: Settings, clock: Clock) -> LocalIssuer:
    """The installation's own issuer. LOCAL_SIGN_IN_OFF when another one is set; SIGNING_KEY_UNUSABLE."""
    if settings.oidc_issuer:
        raise Problem(LOCAL_SIGN_IN_OFF)
    return LocalIssuer.of(settings.home, clock)
