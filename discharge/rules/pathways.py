"""Where each pathway may end (N3, N4)."""

from __future__ import annotations

from discharge.model.patient import Pathway, Patient
from discharge.model.setting import Setting, SettingType, Unit
from discharge.rules.rule_set import RuleSet


def ends_in(pathway: Pathway, rules: RuleSet) -> frozenset[SettingType]:
    """The types of setting in which a pathway may end; a hot home only in a unit that isolates nobody.

    None for P0, which ends in the person's own home wherever that is, and for P1, which ends at home.
    """
    if pathway is Pathway.P2:
        ends = frozenset[SettingType]({"intermediate_care", "community_bed"})
        return ends | {"alternative"} if rules.alternative_for_p2 else ends
    return frozenset({"care_home", "hot_home"}) if pathway is Pathway.P3 else frozenset()


def may_end_in(patient: Patient, setting: Setting, unit: Unit, rules: RuleSet) -> bool:
    """Whether the person's pathway may end in this unit of the setting."""
    if patient.pathway is Pathway.P0:
        return setting.id == patient.usual_setting
    isolates = setting.type == "hot_home" and unit.isolation != "none"
    return setting.type in ends_in(patient.pathway, rules) and not isolates
