"""The Asterisk modules the hotline loads, and what for; nothing else is loaded (`autoload=no`)."""

from itertools import chain

# Not bridge_native_rtp: it forwards the other side's sequence numbers and timestamps as they are, so that they jump
# when a talk begins, backwards as often as not; receivers then drop everything as too late: a silent talk (tried).
_BY_PURPOSE: dict[str, str] = {
    "time, keys and stored objects": """
        res_timing_timerfd res_crypto res_pjproject res_sorcery_config res_sorcery_memory res_sorcery_astdb""",
    "SIP: calls": """
        res_pjsip res_pjsip_session res_pjsip_sdp_rtp chan_pjsip res_rtp_asterisk res_pjsip_nat res_pjsip_acl
        res_pjsip_caller_id res_pjsip_diversion res_pjsip_header_funcs res_pjsip_rfc3326 res_pjsip_dtmf_info
        res_pjsip_empty_info res_pjsip_logger""",
    "SIP: who is who": """
        res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user res_pjsip_authenticator_digest
        res_pjsip_outbound_authenticator_digest res_pjsip_outbound_registration res_pjsip_registrar""",
    "what phones are in use for: their list and, in the manager, their changes": """
        res_manager_devicestate""",
    "SIP: transfers; REFER needs app_transfer and subscriptions (pubsub)": """
        res_pjsip_pubsub res_pjsip_refer app_transfer""",
    "dialplan, its starter at boot, and the watchdog's means": """
        pbx_config res_clioriginate app_originate app_channelredirect app_stack app_exec app_verbose app_softhangup""",
    "control by the engine; AGI needs the speech API to be there": """
        res_speech res_agi app_userevent app_controlplayback app_senddtmf""",
    "sound": """
        app_playback app_playtones res_musiconhold format_pcm format_wav format_sln
        codec_alaw codec_ulaw codec_a_mu codec_resample res_mutestream""",
    "talks": """
        app_dial app_bridgewait bridge_simple bridge_softmix bridge_holding
        bridge_builtin_features bridge_builtin_interval_features""",
    "recording, which needs func_periodic_hook, and listening in": """
        func_periodic_hook app_mixmonitor app_chanspy func_talkdetect
        res_audiosocket app_audiosocket chan_audiosocket""",
    "dialplan functions": """
        func_callerid func_channel func_cut func_devstate func_dialplan func_global func_groupcount func_hangupcause
        func_logic func_math func_pjsip_aor func_pjsip_contact func_pjsip_endpoint func_strings func_timeout
        func_uri""",
}

MODULES: tuple[str, ...] = tuple(f"{name}.so" for name in chain.from_iterable(map(str.split, _BY_PURPOSE.values())))
"""In an order that satisfies their needs."""
