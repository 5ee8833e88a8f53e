"""Configuration of the far side: an Asterisk that plays the telephone network and the agents' phones."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MODULES = (
    "res_timing_timerfd.so", "res_crypto.so", "res_sorcery_config.so", "res_sorcery_memory.so",
    "res_sorcery_astdb.so", "res_pjproject.so", "res_pjsip.so", "res_pjsip_session.so", "res_rtp_asterisk.so",
    "res_pjsip_sdp_rtp.so", "res_pjsip_caller_id.so", "res_pjsip_endpoint_identifier_ip.so",
    "res_pjsip_authenticator_digest.so", "res_pjsip_outbound_authenticator_digest.so",
    "res_pjsip_outbound_registration.so", "res_pjsip_rfc3326.so", "res_pjsip_refer.so", "res_pjsip_nat.so",
    "res_pjsip_pubsub.so", "chan_pjsip.so", "res_audiosocket.so", "app_audiosocket.so", "app_senddtmf.so",
    "app_transfer.so", "app_userevent.so", "func_callerid.so", "func_channel.so", "pbx_config.so", "bridge_simple.so",
    "codec_alaw.so", "codec_ulaw.so",
)  # fmt: skip
"""Enough to call, be called, register and transfer; with these it is up in a fifth of a second."""

AMI_USER = "trial"

_UNUSED = ("ccss.conf", "cel.conf", "features.conf", "indications.conf", "pjproject.conf", "udptl.conf")
"""Asterisk's core complains where these are missing."""


@dataclass(frozen=True, slots=True)
class FarPlan:
    """Addresses and ports of one far side."""

    hotline: str
    """`address:port` of the hotline under trial."""
    callers_address: str
    """Where callers come from: the hotline knows it as its trunk."""
    phones_address: str
    """Where agents' phones are: another address, or the hotline would take them for the trunk."""
    sip_port: int
    ami_port: int
    ami_secret: str = field(repr=False)
    audio_port: int
    """Of our own process, on 127.0.0.1."""
    rtp_ports: tuple[int, int]


def far_files(plan: FarPlan, phones: Mapping[str, str]) -> dict[str, str]:
    """Every file of the far side, by name; `phones` are numbers with their passwords."""
    return {
        **dict.fromkeys(_UNUSED, "[general]\n"),
        "acl.conf": "",
        "cdr.conf": "[general]\nenable = no\n",
        "modules.conf": "[modules]\nautoload = no\n" + "".join(f"load = {module}\n" for module in MODULES),
        "logger.conf": "[general]\nqueue_log = no\n[logfiles]\nmessages.log => notice,warning,error\n",
        "rtp.conf": f"[general]\nrtpstart = {plan.rtp_ports[0]}\nrtpend = {plan.rtp_ports[1]}\nicesupport = no\n",
        "manager.conf": _manager(plan),
        "pjsip.conf": _pjsip(plan) + "".join(_phone(plan, number, secret) for number, secret in phones.items()),
        "extensions.conf": _EXTENSIONS.format(audio=f"127.0.0.1:{plan.audio_port}", hotline=plan.hotline),
    }


def _manager(plan: FarPlan) -> str:
    return f"""[general]
enabled = yes
webenabled = no
bindaddr = 127.0.0.1
port = {plan.ami_port}
displayconnects = no
[{AMI_USER}]
secret = {plan.ami_secret}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = system,call,user
write = system,call,originate,config,command,reporting
"""


def _pjsip(plan: FarPlan) -> str:
    return f"""[global]
type = global
user_agent = Hotline trial
endpoint_identifier_order = ip
keep_alive_interval = 0
[callers]
type = transport
protocol = udp
bind = {plan.callers_address}:{plan.sip_port}
[phones]
type = transport
protocol = udp
bind = {plan.phones_address}:{plan.sip_port}
[telephone](!)
type = endpoint
disallow = all
allow = alaw
aors = hotline
direct_media = no
dtmf_mode = rfc4733
rtp_symmetric = yes
[hotline]
type = aor
contact = sip:{plan.hotline}
[hotline](telephone)
transport = callers
context = nowhere
[desk](telephone)
transport = phones
context = phones
[desk]
type = identify
endpoint = desk
match = {plan.hotline.rpartition(":")[0]}
"""


def _phone(plan: FarPlan, number: str, secret: str) -> str:
    return f"""[phone-{number}](telephone)
transport = phones
context = nowhere
outbound_auth = phone-{number}
from_user = {number}
[phone-{number}]
type = auth
auth_type = userpass
username = {number}
password = {secret}
[{number}]
type = registration
transport = phones
outbound_auth = phone-{number}
server_uri = sip:{plan.hotline}
client_uri = sip:{number}@{plan.hotline}
contact_user = {number}
expiration = 300
max_random_initial_delay = 0
retry_interval = 1
forbidden_retry_interval = 0
fatal_retry_interval = 1
max_retries = 30
"""


_EXTENSIONS = """[general]
static = yes
writeprotect = yes
[phones]
exten => _X.,1,Ringing()
 same => n,UserEvent(PhoneRings,Number: ${{EXTEN}},Caller: ${{CALLERID(num)}})
 same => n,Wait(3600)
 same => n,Hangup()
[answer]
exten => s,1,Answer()
 same => n,AudioSocket(${{EAR}},{audio})
 same => n,Hangup()
[transfer]
exten => s,1,Transfer(PJSIP/sip:${{TARGET}}@{hotline}${{REPLACES}})
 same => n,UserEvent(PhoneTransferred,Status: ${{TRANSFERSTATUS}})
 same => n,Wait(2)
 same => n,Hangup()
[nowhere]
exten => _X.,1,Hangup(21)
"""
